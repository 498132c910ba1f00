import { type Id, shouldSurface } from '@socialkit/core';
import { scoreAt } from '../trending/detector.js';
import { EVERYWHERE } from '../trending/types.js';
import { WINDOW_PLANS } from '../trending/windows.js';
import { hashtagWeights } from './reads.js';
import type { PersonalHashtag } from './types.js';
import type { InterestDeps } from './unit.js';

/** People followed whose hashtags count: the last followed. */
const FOLLOWED = 300;
/** Hashtags of each source. */
const OF_EACH = 200;
/** How far back the hashtags of people count. */
const USED_MS = 7 * 24 * 60 * 60_000;
/** Followed hashtags and muted words looked at: more than anybody may have. */
const TOPICS = 400;

/** Values divided by the largest of them. */
function normalised(values: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const most = Math.max(...values.values());
  return new Map([...values].map(([key, value]) => [key, most > 0 ? value / most : 0]));
}

/** What people he follows and does not mute used in public, by how many of them. */
async function usedByFollowed({ readers, stores, runtime }: InterestDeps, userId: Id) {
  const edges = await readers.follows.following(userId, { viewer: userId, after: null, limit: FOLLOWED });
  const relations = await readers.facts.relations(
    userId,
    edges.map(({ accountId }) => accountId),
  );
  const people = [...relations.values()]
    .filter((relation) => shouldSurface(relation, 'suggestion', { isRepost: false }))
    .map(({ accountId }) => accountId);
  const from = runtime.clock.now() - USED_MS;
  const tags = people.length > 0 ? await stores.trends.uses.tagsOf(people, { from, limit: OF_EACH }) : [];
  return new Map(tags.map(({ subject, actors }) => [subject, actors] as const));
}

/** Hashtags he follows, uses or mutes already: there is nothing to suggest about them. */
async function knownTags(
  { readers, stores, runtime }: InterestDeps,
  userId: Id,
): Promise<ReadonlySet<string>> {
  const now = runtime.clock.now();
  const [followed, muted, used] = await Promise.all([
    readers.topics.hashtags(userId, { after: null, limit: TOPICS }),
    readers.topics.mutedWords(userId, { after: null, limit: TOPICS, now }),
    stores.trends.uses.tagsOf([userId], { from: now - USED_MS, limit: OF_EACH }),
  ]);
  return new Set([
    ...followed.map(({ tag }) => tag),
    ...muted.map(({ word }) => word.replace(/^#/, '')),
    ...used.map(({ subject }) => subject),
  ]);
}

/**
 * Hashtags for one user: interest, trend and use by people he follows, multiplied, so that what several of them say comes
 * first; without what he follows, uses or mutes, and what staff keep from trending. Every one says why.
 */
export async function personalHashtags(
  deps: InterestDeps,
  userId: Id,
  limit: number,
): Promise<readonly PersonalHashtag[]> {
  const now = deps.runtime.clock.now();
  const [weights, listed, followed, known] = await Promise.all([
    hashtagWeights(deps, userId),
    deps.stores.trends.levels.listed('24h', 'hashtag', EVERYWHERE, OF_EACH),
    usedByFollowed(deps, userId),
    knownTags(deps, userId),
  ]);
  const { halfLifeMs, threshold } = WINDOW_PLANS['24h'].detector;
  const trending = new Map(
    listed
      .map(({ subject, level }) => [subject, scoreAt(level, now, halfLifeMs)] as const)
      .filter(([, score]) => score >= threshold),
  );
  const peopleOf = new Map(listed.map(({ subject, level }) => [subject, level.actors]));
  const [interest, trend, use] = [normalised(weights), normalised(trending), normalised(followed)];
  const tags = [...new Set([...interest.keys(), ...trend.keys(), ...use.keys()])].filter(
    (tag) => !known.has(tag),
  );
  const gated = await deps.readers.trendGates.among('hashtag', tags);
  return tags
    .filter((tag) => !gated.has(tag))
    .map((tag): PersonalHashtag => {
      const parts = [
        { kind: 'interest' as const, part: interest.get(tag) ?? 0, count: undefined },
        { kind: 'trending' as const, part: trend.get(tag) ?? 0, count: peopleOf.get(tag) },
        { kind: 'used_by_followed' as const, part: use.get(tag) ?? 0, count: followed.get(tag) },
      ];
      return {
        tag,
        score: parts.reduce((product, { part }) => product * (1 + part), 1) - 1,
        because: parts
          .filter(({ part }) => part > 0)
          .sort((a, b) => b.part - a.part)
          .map(({ kind, count }) => ({ kind, ...(count === undefined ? {} : { count }) })),
      };
    })
    .filter(({ because }) => because.length > 0)
    .sort((a, b) => b.score - a.score || (a.tag < b.tag ? -1 : 1))
    .slice(0, limit);
}
