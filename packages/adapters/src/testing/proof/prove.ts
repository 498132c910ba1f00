import type { Difference } from './look.js';
import { type Game, type OpenKit, playWorld } from './play.js';
import { differencesIn, type Reading } from './surfaces.js';

/** Moves of a world: few make it small enough to read, many make it tangled. */
export const movesOf = (seed: number): number => 30 + (seed % 100);

/** Plays a world and reads it. @returns the first differences between the reads and the oracle */
export async function differencesOf(
  open: OpenKit,
  game: Game,
  reading: Reading = {},
  allowed?: Map<string, number>,
): Promise<readonly Difference[]> {
  const player = await playWorld(open, game, allowed ? { allowed } : {});
  try {
    return await differencesIn(player, game.seed, reading);
  } finally {
    await player.close();
  }
}

/** The fewest moves of a game, as far as halving finds them, that still show a difference. */
async function shrink(open: OpenKit, game: Game, reading: Reading): Promise<Game> {
  let [without, having] = [0, game.moves];
  while (having - without > 1) {
    const middle = Math.floor((without + having) / 2);
    const found = await differencesOf(open, { ...game, moves: middle }, reading);
    if (found.length > 0) having = middle;
    else without = middle;
  }
  return { ...game, moves: having };
}

/** Where two answers part, by path. */
function partings(said: unknown, expected: unknown, path = ''): string[] {
  if (Object.is(said, expected)) return [];
  if (said === null || expected === null || typeof said !== 'object' || typeof expected !== 'object')
    return [`${path || 'the answer'}: ${JSON.stringify(said)} instead of ${JSON.stringify(expected)}`];
  return [...new Set([...Object.keys(said), ...Object.keys(expected)])].flatMap((key) =>
    partings(
      (said as Record<string, unknown>)[key],
      (expected as Record<string, unknown>)[key],
      path === '' ? key : `${path}.${key}`,
    ),
  );
}

/** A difference as a person reads it. */
export const inWords = ({ operation, viewer, what, said, expected }: Difference): string =>
  [
    `${operation} ${JSON.stringify(what)} as ${viewer ?? 'nobody'}`,
    ...partings(said, expected)
      .slice(0, 12)
      .map((line) => `  ${line.slice(0, 400)}`),
  ].join('\n');

/**
 * Plays and reads many worlds.
 * @throws Error that tells the first difference, in the smallest world found, and how to play it again
 */
export async function proveSurfaces(
  open: OpenKit,
  { seed, numRuns }: { readonly seed: number; readonly numRuns: number },
  reading: Reading = {},
  allowed?: Map<string, number>,
): Promise<void> {
  for (let n = 0; n < numRuns; n++) {
    const game: Game = { seed: seed + n, moves: movesOf(seed + n) };
    const again = `world ${game.seed} (SOCIALKIT_SEED=${game.seed} SOCIALKIT_WORLDS=1)`;
    const found = await differencesOf(open, game, reading, allowed).catch((cause: unknown) => {
      throw new Error(`${again}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    });
    if (found.length === 0) continue;
    const smallest = await shrink(open, game, reading);
    const [first] = await differencesOf(open, smallest, reading);
    const told = first ?? found[0];
    throw new Error(
      `${again}, ${smallest.moves} of ${game.moves} moves suffice: ` +
        (told ? inWords(told) : 'the difference did not show again'),
    );
  }
}
