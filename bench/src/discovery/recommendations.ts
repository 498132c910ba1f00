import { createPostgresStorage, type Postgres } from '@socialkit/adapters/postgres';
import { createHooks, createIds, noTracer, silentLogger, systemClock, userActor } from '@socialkit/core';
import {
  createMatrix,
  createPeople,
  createRandom,
  type Entry,
  generateGraph,
  trainIals,
} from '@socialkit/feed';
import { atMost, judged, type Metric } from '../harness/metric.js';
import { quantile } from '../harness/rounds.js';

/** As large as the graph and the interactions the goals were set with. */
const ACCOUNTS = 17_147;
const LISTENERS = 1892;
const ARTISTS = 17_600;
const PLAYS = 75_000;
const READERS = 220;
const WRITTEN = 20_000;

/** D11: factors of a catalogue as large as Last.fm's, one thread, no native code. */
export async function measureFactors(seed: number): Promise<readonly Metric[]> {
  const random = createRandom(`plays:${seed}`);
  const entries = function* (): Generator<Entry> {
    for (let n = 0; n < PLAYS; n++)
      yield [Math.floor(random() * LISTENERS), Math.floor(ARTISTS * random() ** 3), 1];
  };
  const matrix = createMatrix(LISTENERS, ARTISTS, entries());
  const began = performance.now();
  await trainIals(matrix, { factors: 32 });
  const seconds = (performance.now() - began) / 1000;
  return [
    judged('D11', `iALS 32, 10 sweeps, ${matrix.indices.length} interactions`, seconds, 's', atMost(8)),
  ];
}

/** A power-law graph with communities, straight in the tables. */
async function populate({ pool }: Postgres, share: number, seed: number): Promise<number> {
  const users = Math.max(500, Math.round(ACCOUNTS * share));
  const { followees } = generateGraph({ seed: String(seed), users, communities: 40, followees: 16 });
  await pool.query(
    `INSERT INTO accounts (id, handle, handle_skeleton, display_name, created_at, updated_at)
     SELECT n, 'u' || n, 'u' || n, 'User ' || n, 0, 0 FROM generate_series(1, $1::bigint) AS n`,
    [users],
  );
  const edges = followees.flatMap((own, from) => own.map((to) => [from + 1, to + 1] as const));
  for (let at = 0; at < edges.length; at += WRITTEN) {
    const part = edges.slice(at, at + WRITTEN);
    await pool.query(
      `INSERT INTO follows (follower_id, followee_id, id)
       SELECT e.a, e.b, $3::bigint + e.n FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS e (a, b, n)`,
      [part.map(([a]) => a), part.map(([, b]) => b), at],
    );
  }
  await pool.query(`UPDATE accounts SET
    following_count = (SELECT count(*) FROM follows WHERE follower_id = accounts.id),
    follower_count = (SELECT count(*) FROM follows WHERE followee_id = accounts.id)`);
  await pool.query('VACUUM ANALYZE');
  return edges.length;
}

/** D12 and D13: suggestions for one user, live and from his kept list, and for everybody at once. */
export async function measureSuggestions(
  postgres: Postgres,
  options: { readonly share: number; readonly seed: number },
): Promise<readonly Metric[]> {
  const edges = await populate(postgres, options.share, options.seed);
  const [clock, ids] = [systemClock, createIds({ clock: systemClock, node: 901 })];
  const storage = createPostgresStorage({ postgres, clock, ids });
  const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const { unitOfWork, readers, discovery: stores } = storage;
  const people = createPeople({ unitOfWork, readers, stores, runtime }, { deadlineMs: 10_000 });
  const { rows } = await postgres.pool.query<{ id: string }>(
    'SELECT id FROM accounts WHERE following_count > 0 ORDER BY hashint8(id) LIMIT $1',
    [READERS],
  );
  const read = async (id: string): Promise<number> => {
    const began = performance.now();
    await people.service.people(userActor(id), { limit: 20 });
    return performance.now() - began;
  };
  const warmUp = rows.splice(0, 20);
  for (const { id } of warmUp) await read(id);
  const [candidates, live, kept]: [number[], number[], number[]] = [[], [], []];
  for (const { id } of rows) {
    const began = performance.now();
    await stores.people.neighbourhood(id, clock.now());
    candidates.push(performance.now() - began);
    live.push(await read(id));
    kept.push(await read(id));
  }
  const all = await postgres.pool.query<{ id: string }>('SELECT id FROM accounts');
  const began = performance.now();
  const written = await people.batch.refresh(all.rows.map(({ id }) => id));
  const seconds = (performance.now() - began) / 1000;
  await storage.close();
  return [
    judged(
      'D12',
      `candidates of one user by SQL, ${edges} follows, p95`,
      quantile(candidates, 0.95),
      'ms',
      atMost(15),
    ),
    judged('D12', 'a page made live, p95', quantile(live, 0.95), 'ms', null),
    judged('D12', 'a page of a kept list, p95', quantile(kept, 0.95), 'ms', atMost(5)),
    judged('D13', `lists of ${written} accounts in one batch`, seconds, 's', atMost(60)),
  ];
}
