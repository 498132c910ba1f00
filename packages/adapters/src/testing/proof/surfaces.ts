import { createDice } from './dice.js';
import { createLook, type Difference } from './look.js';
import type { Looker } from './oracle-accounts.js';
import type { Player } from './player.js';
import { graphSurfaces, identitySurfaces, type Surface } from './surfaces-accounts.js';
import { analyticsSurfaces } from './surfaces-analytics.js';
import { conversationSurfaces } from './surfaces-conversations.js';
import { enforcementSurfaces } from './surfaces-enforcement.js';
import { feedSurfaces } from './surfaces-feed.js';
import { interestSurfaces } from './surfaces-interests.js';
import { messageSurfaces, receiptSurfaces } from './surfaces-messages.js';
import { peopleSurfaces } from './surfaces-people.js';
import { commentSurfaces, postSurfaces, reactionSurfaces } from './surfaces-posts.js';
import { presenceSurfaces } from './surfaces-presence.js';
import { recommendedSurfaces } from './surfaces-recommended.js';
import { reviewSurfaces } from './surfaces-review.js';
import { searchSurfaces } from './surfaces-search.js';
import { trendSurfaces } from './surfaces-trends.js';

/**
 * Every read operation of the kit, by name: how it is called, and what the oracle expects of it. A read operation that is
 * not in here fails the proof, and so does one in here that is gone.
 */
export const SURFACES: Readonly<Record<string, Surface>> = {
  ...identitySurfaces,
  ...graphSurfaces,
  ...postSurfaces,
  ...commentSurfaces,
  ...reactionSurfaces,
  ...feedSurfaces,
  ...peopleSurfaces,
  ...analyticsSurfaces,
  ...recommendedSurfaces,
  ...trendSurfaces,
  ...interestSurfaces,
  ...searchSurfaces,
  ...conversationSurfaces,
  ...presenceSurfaces,
  ...messageSurfaces,
  ...receiptSurfaces,
  ...reviewSurfaces,
  ...enforcementSurfaces,
};

/** The read operations of a kit: name and who may call. */
export const readOperations = (kit: Pick<Player['kit'], 'slices'>) =>
  kit.slices
    .flatMap(({ operations }) => Object.values(operations))
    .filter(({ method }) => method === 'GET')
    .map(({ name, permission }) => ({ name, permission }));

/** Which reads of a world are made. */
export interface Reading {
  /** Names of operations. @default all */
  readonly only?: readonly string[];
  /** Share of all pairs of an operation and a viewer that are looked at. @default 1 */
  readonly share?: number;
}

/**
 * Reads a played world through its read operations as its viewers, and compares with the oracle.
 * @returns the differences, at most those of one operation and viewer
 */
export async function differencesIn(
  player: Player,
  seed: number,
  { only, share = 1 }: Reading = {},
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  const dice = createDice(seed);
  const viewers: Looker[] = [null, ...player.world.accounts.map(({ id }) => id)];
  for (const { name, permission } of readOperations(player.kit)) {
    for (const viewer of viewers) {
      // Thrown for every pair, so that reading less does not change how the others are read.
      const [skipped, lookSeed] = [!dice.chance(share), dice.below(2 ** 31)];
      const surface = SURFACES[name];
      if (skipped || !surface || (only && !only.includes(name))) continue;
      if (permission !== 'anyone' && viewer === null) continue;
      const account = player.world.accounts.find(({ id }) => id === viewer);
      const isStaff = account?.role === 'admin' && ['active', 'limited'].includes(account.state);
      if (permission.startsWith('staff:') && !isStaff) continue;
      // Staff who read what anybody reads see no more than anybody.
      const actor = isStaff ? await player.kit.actorFor({ accountId: account.id }) : null;
      const note = (difference: Difference) => void found.push(difference);
      await surface(createLook(player, name, viewer, { ...(actor ? { actor } : {}), seed: lookSeed, note }));
      if (found.length > 0) return found;
    }
  }
  return found;
}
