import { onMemory } from './kits.js';
import { type OpenKit, playWorld } from './play.js';
import { movesOf } from './prove.js';
import { differencesIn } from './surfaces.js';

/**
 * Plays worlds with all rules and reads them without one.
 *
 * @param off the rules that are switched off, as the test file's modules read it; empty before and after
 * @returns the first world in which the operation says something wrong; null when none of them tells
 */
export async function firstFound(
  off: Set<string>,
  operation: string,
  rule: string,
  options: {
    /** Worlds tried. */
    readonly worlds: number;
    /** @default in memory */
    readonly open?: OpenKit;
    readonly among?: NonNullable<Parameters<typeof playWorld>[2]>['among'];
  },
): Promise<number | null> {
  const { worlds, open = onMemory(), among } = options;
  for (let n = 1; n <= worlds; n++) {
    // Worlds of the long kind: what a rule guards has to have happened.
    const seed = n * 100 + 99;
    const player = await playWorld(open, { seed, moves: movesOf(99) }, among ? { among } : {});
    try {
      off.add(rule);
      if ((await differencesIn(player, seed, { only: [operation] })).length > 0) return n;
    } finally {
      off.clear();
      await player.close();
    }
  }
  return null;
}
