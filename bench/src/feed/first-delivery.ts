import { createSocialKit } from '@socialkit/adapters';
import { atMost, judged } from '../harness/metric.js';
import { interleave, median, quantile, ratio } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { type Crowd, openCrowd } from './crowd.js';
import { accountAt, createAccounts, followAuthor } from './population.js';

/** Posts of one measurement. */
const POSTS = 100;
const LIMIT_MS = 20_000;

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

/** A kit over the servers and the crowd, with its worker in this process. */
export async function openCrowdKit(bench: Bench) {
  const { stage } = bench;
  // Deliveries that other parts left to the lane of large authors.
  await stage.postgres.pool.query('DELETE FROM jobs');
  const kit = await createSocialKit({
    database: stage.server.url,
    redis: { url: stage.redisServer.url, deadlineMs: 10_000 },
    feed: { rule: 'push' },
  });
  return kit;
}

/** Waits until a post is on top of a timeline. */
async function untilSeen(
  crowd: Crowd,
  reader: string,
  postId: string,
  running: () => boolean,
): Promise<void> {
  const limit = performance.now() + LIMIT_MS;
  while (running()) {
    const window = await crowd.timelines.read(reader, { before: null, limit: 5 });
    if (window?.ids.includes(postId)) return;
    if (performance.now() > limit) throw new Error('a post did not arrive');
    await nextTurn();
  }
}

/** P15: from the commit of an ordinary author's post to the moment a waiting reader has it. */
export const firstDeliveryPart: Part = {
  goals: ['P15'],
  title: 'first delivery beside a large author',
  async measure(bench) {
    const crowd = await openCrowd(bench);
    const { postgres } = bench.stage;
    const writers = await createAccounts(postgres, 1, 'ordinary', Date.now() - 1e10);
    const ordinary = accountAt(writers, 0);
    const reader = accountAt(crowd.active, 4711);
    await followAuthor(postgres, ordinary, { of: crowd.active, count: 1, offset: 4711, step: 1 });
    const large = crowd.authors.get(100_000)!;
    const kit = await openCrowdKit(bench);
    try {
      /** Milliseconds, p99. */
      const waits = async () => {
        const times: number[] = [];
        for (let n = 0; n < POSTS; n++) {
          const { id } = await kit.posts.create(kit.actor(ordinary), { text: `post ${n}` });
          const begin = performance.now();
          await untilSeen(crowd, reader, id, () => true);
          times.push(performance.now() - begin);
        }
        return quantile(times, 0.99);
      };
      const beside = async () => {
        let running = true;
        const storm = async () => {
          for (let n = 0; running; n++) {
            const author = large[n % large.length]!;
            const { id } = await kit.posts.create(kit.actor(author.id), { text: 'to everybody' });
            // Pages go by account id: whoever is last has it when all have.
            await untilSeen(crowd, accountAt(crowd.active, crowd.active.count - 1), id, () => running);
          }
        };
        const storming = storm();
        const p99 = await waits().finally(() => {
          running = false;
        });
        await storming;
        await kit.idle();
        return p99;
      };
      const figures = await interleave({ idle: waits, beside }, { rounds: bench.rounds });
      return [
        judged(
          'P15',
          'p99 from commit to a waiting reader, beside 100k fan-outs / idle',
          ratio(figures.beside, figures.idle),
          'x',
          atMost(5),
        ),
        judged('latency', 'p99 from commit to a waiting reader, idle', median(figures.idle), 'ms', null),
        judged(
          'latency',
          'p99 from commit to a waiting reader, beside 100k fan-outs',
          median(figures.beside),
          'ms',
          null,
        ),
      ];
    } finally {
      await kit.close();
    }
  },
};
