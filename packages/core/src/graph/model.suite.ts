import { describe, it } from 'vitest';
import type { SuiteBackend } from '../suite-backend.js';
import { KINDS, PEOPLE, playAgainstModel, type Step } from './sample-model.js';
import { createSampleWorld } from './sample-world.js';

/** Random games a back-end goes through, unless SOCIALKIT_MODEL_RUNS says otherwise. */
const GAMES = 8;
/** Steps of a game. */
const STEPS = 60;

/** The same steps for the same seed. */
function stepsOf(seed: number): readonly Step[] {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  const random = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: STEPS }, (): Step => {
    const who = random(PEOPLE);
    const pair = [who, (who + 1 + random(PEOPLE - 1)) % PEOPLE] as const;
    const turn = random(25);
    if (turn < 2) return { kind: 'privacy', who, value: random(2) === 0 };
    if (turn < 3) return { kind: 'state', who, active: random(2) === 0 };
    if (turn < 9) return { kind: 'follow', pair, hide: random(2) === 0 };
    return { kind: KINDS[random(KINDS.length)] ?? 'follow', pair };
  });
}

/** The graph's service over all its stores together: writes through one handle, reads through the other. */
export function graphModelSuite(backend: SuiteBackend): void {
  const first = Number(process.env.SOCIALKIT_MODEL_SEED ?? 1);
  const games = Number(process.env.SOCIALKIT_MODEL_RUNS ?? GAMES);
  describe(`the graph under random operations: ${backend.name}`, () => {
    for (let seed = first; seed < first + games; seed++)
      it(`answers, counts and lists as a naive model says (SOCIALKIT_MODEL_SEED=${seed})`, async () => {
        const open = await backend.open();
        try {
          const { unitOfWork, jobs, subscriptions } = open.a;
          const { clock, ids } = open;
          const world = createSampleWorld(
            {},
            { unitOfWork, readers: open.b.readers, jobs, subscriptions, clock, ids },
          );
          await playAgainstModel(world, stepsOf(seed));
        } finally {
          await open.close();
        }
      });
  });
}
