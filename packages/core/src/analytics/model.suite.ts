import { describe, expect, it } from 'vitest';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { type AnalyticsEvent, DAY_MS, dayOf, oldestRawDay } from './events.js';
import { rollUpOnce } from './maintain.js';
import { type Rollup, WHOLE } from './rollup.js';
import {
  createDice,
  type Dice,
  differencesFrom,
  recount,
  sampleLog,
  totalDifferences,
  whatHolds,
} from './sample-log.js';
import type { AnalyticsStores } from './store.js';

/** Random logs a back-end goes through, unless SOCIALKIT_MODEL_RUNS says otherwise. */
const GAMES = 1;
const EVENTS = 2500;

class Killed extends Error {}

/** A unit of work whose process dies now and then: at one of its writes, or right before it commits. */
function mortal(
  unitOfWork: UnitOfWork<Pick<AnalyticsStores, 'rollups'>>,
  dice: Dice,
  share: number,
): typeof unitOfWork {
  return {
    transact: (work) =>
      unitOfWork.transact(async (stores) => {
        let breaths = dice.chance(share) ? dice.below(9) : Number.POSITIVE_INFINITY;
        const breathe = () => {
          breaths -= 1;
          if (breaths < 0) throw new Killed();
        };
        const rollups = Object.fromEntries(
          Object.entries(stores.rollups).map(([name, verb]) => [
            name,
            (...given: unknown[]) => {
              breathe();
              return (verb as (...all: unknown[]) => unknown)(...given);
            },
          ]),
        ) as unknown as AnalyticsStores['rollups'];
        const result = await work({ rollups });
        if (Number.isFinite(breaths)) throw new Killed();
        return result;
      }),
  };
}

async function rollUpDying(open: OpenBackend, dice: Dice, share: number): Promise<number> {
  const deps = { unitOfWork: mortal(open.b.unitOfWork, dice, share), clock: open.clock };
  for (let deaths = 0; ; ) {
    try {
      if ((await rollUpOnce(deps, 60)) === 0) return deaths;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      deaths += 1;
    }
  }
}

/** Every rollup of these events' authors, read back through the ports. */
async function allRollups(open: OpenBackend, events: readonly AnalyticsEvent[]): Promise<readonly Rollup[]> {
  const authors = [...new Set(events.map(({ authorId }) => authorId))];
  const subjects = [
    ...new Map(events.map(({ authorId, subjectId }) => [subjectId, { authorId, subjectId }])).values(),
  ].filter(({ authorId, subjectId }) => authorId !== subjectId);
  const days = [...new Set(events.map(({ ts }) => dayOf(ts)))];
  return open.a.unitOfWork.transact(async ({ analytics, rollups }) => {
    const found: Rollup[] = [...(await rollups.daysOf(subjects))];
    for (const day of days) {
      const of = [...subjects, ...authors.map((authorId) => ({ authorId, subjectId: WHOLE }))];
      found.push(...(await rollups.hoursOf(of.map((subject) => ({ ...subject, day })))));
    }
    for (const authorId of authors) {
      for (const span of ['quarter', 'day'] as const) {
        const rows = await analytics.whole(authorId, { span, from: 0, to: 2_000_000_000, sketches: true });
        found.push(
          ...rows.map((row) => ({ ...row, authorId, subjectId: WHOLE, span, layer: 'log' as const })),
        );
      }
    }
    return found;
  });
}

/** Rollups against a naive recount, over a back-end: correctness test 1 of the design. */
export function analyticsModelSuite(backend: SuiteBackend): void {
  const first = Number(process.env.SOCIALKIT_MODEL_SEED ?? 1);
  const games = Number(process.env.SOCIALKIT_MODEL_RUNS ?? GAMES);
  describe(`rollups of random logs: ${backend.name}`, () => {
    for (let seed = first; seed < first + games; seed += 1)
      it(`equal a recount, whatever comes twice, late, corrected or dies (SOCIALKIT_MODEL_SEED=${seed})`, async () => {
        const open = await backend.open();
        try {
          const dice = createDice(seed);
          const { clock } = open;
          const log = sampleLog(dice, EVENTS, clock.now());
          const record = (events: readonly AnalyticsEvent[]) =>
            open.a.unitOfWork.transact(({ analytics }) =>
              analytics.record(events, oldestRawDay(clock.now())),
            );
          await open.a.unitOfWork.transact(({ analytics }) =>
            analytics.recordPosts(
              [
                ...new Map(
                  log
                    .filter(({ authorId, subjectId }) => subjectId !== authorId)
                    .map(({ authorId, subjectId, ts }) => [subjectId, { authorId, ts }]),
                ),
              ].map(([postId, { authorId, ts }]) => ({
                postId,
                authorId,
                ts,
                type: 'text' as const,
                tags: [],
                followers: 0,
                version: '1',
                live: true,
              })),
            ),
          );

          let deaths = 0;
          for (let at = 0; at < log.length; ) {
            const size = 1 + dice.below(400);
            await record(log.slice(at, at + size));
            at += size;
            if (dice.chance(0.5)) deaths += await rollUpDying(open, dice, 0.3);
          }
          deaths += await rollUpDying(open, dice, 0.3);
          expect(deaths).toBeGreaterThan(0);
          const held = whatHolds(log);
          const expected = recount(held);
          expect(differencesFrom(expected, await allRollups(open, log))).toEqual([]);
          const totals = async (against: typeof expected) => {
            const found: string[] = [];
            for (const authorId of ['1', '2', '3']) {
              const range = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 100 };
              const posts = await open.b.readers.analytics.posts(authorId, range);
              expect(posts).toHaveLength(4);
              found.push(...totalDifferences(against, authorId, posts));
            }
            return found;
          };
          expect(await totals(expected)).toEqual([]);

          // The whole log once more changes nothing: nothing is even dirty.
          expect(await record(log)).toEqual([]);
          expect(await rollUpOnce({ unitOfWork: open.b.unitOfWork, clock })).toBe(0);

          // Years later the log is gone; what is corrected then is signed, and counts in its old hour.
          clock.advance(200 * DAY_MS);
          const late = dice
            .shuffle(held.filter(({ kind, value }) => kind === 'like' && value > 0))
            .slice(0, 20)
            .map((event) => ({ ...event, version: '99', value: -1 }));
          await record(late);
          await record(late);
          await rollUpDying(open, dice, 0.3);
          const corrected = recount([...held, ...late]);
          expect(differencesFrom(corrected, await allRollups(open, log))).toEqual([]);
          expect(await totals(corrected)).toEqual([]);
        } finally {
          await open.close();
        }
      });
  });
}
