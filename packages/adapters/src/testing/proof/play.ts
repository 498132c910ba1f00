import { createFakeClock } from '@socialkit/core';
import type { SocialKit, SocialKitOptions } from '../../kit/index.js';
import { createDice } from './dice.js';
import { emptyWorld } from './plain-world.js';
import { accountMoves, settleAccounts } from './play-accounts.js';
import { commentMoves } from './play-comments.js';
import { conversationMoves } from './play-conversations.js';
import { engagementMoves } from './play-engagement.js';
import { graphMoves } from './play-graph.js';
import { groupMoves } from './play-groups.js';
import { messageMoves } from './play-messages.js';
import { playedGate, postMoves } from './play-posts.js';
import { presenceMoves } from './play-presence.js';
import { createPlayer, type Player } from './player.js';

/** Moves of people and posts, without conversations. */
export const PUBLISHING_MOVES = [
  ...graphMoves,
  ...accountMoves,
  ...postMoves,
  ...engagementMoves,
  ...commentMoves,
];

const MOVES = [...PUBLISHING_MOVES, ...conversationMoves, ...groupMoves, ...presenceMoves, ...messageMoves];

/** Which world is played: the same game plays the same world, and fewer moves play its beginning. */
export interface Game {
  readonly seed: number;
  readonly moves: number;
}

/** Opens the kit a world is played on; every world gets a database of its own. */
export type OpenKit = (
  options: Pick<SocialKitOptions, 'clock' | 'contentGate'>,
) => Promise<Pick<Player, 'kit'> & { close(): Promise<void> }>;

/** What goes on beside a game. */
export interface Beside {
  /** Counts the moves that were allowed. */
  readonly allowed?: Map<string, number>;
  /** What is played. @default everything */
  readonly among?: typeof PUBLISHING_MOVES;
  /** Called before every move, with how many were made. */
  between?(made: number): Promise<void>;
}

/**
 * Plays a world: makes its moves through the public services of a kit, until the background has come to rest. */
export async function playWorld(
  open: OpenKit,
  { seed, moves }: Game,
  { allowed, among = MOVES, between }: Beside = {},
): Promise<Player & { close(): Promise<void> }> {
  const clock = createFakeClock();
  const { kit, close } = await open({ clock, contentGate: playedGate });
  try {
    const world = emptyWorld(clock.now());
    const player = createPlayer({
      kit: kit as SocialKit,
      clock,
      dice: createDice(seed),
      world,
      ...(allowed ? { allowed } : {}),
    });
    await settleAccounts(player);
    for (let made = 0; made < moves; made++) {
      await between?.(made);
      await player.dice.weighted(among)(player);
    }
    await kit.idle();
    return { ...player, close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
