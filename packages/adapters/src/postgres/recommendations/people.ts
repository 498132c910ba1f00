import { type Clock, firstIdAt, type Id } from '@socialkit/core';
import {
  EVIDENCE_FOLLOWEES,
  HUB_FOLLOWEES,
  HUB_SAMPLE,
  MAX_CO_FOLLOWERS,
  MAX_OWN_FOLLOWEES,
  NEAREST,
  PEOPLE_PER_WAY,
  type PeopleStores,
} from '@socialkit/feed';
import type { Kysely } from 'kysely';
import type { Database } from '../database.js';
import { monthOf } from '../partitions.js';
import * as statements from './people-statements.js';

const DAY_MS = 24 * 60 * 60_000;
/** Like-minded accounts a person is remembered to be found by. */
const MAX_VIA = 5;
/** Follows looked at for the share that is returned. */
const SAMPLE = 20_000;
/** Recent posts looked at for one hashtag. */
const RECENT_POSTS = 200;
const EXPORTED_FOLLOWEES = 2000;

const split = (ids: string | null): readonly Id[] => (ids === null || ids === '' ? [] : ids.split(','));

/** Those of the like-minded whose bits are set, nearest first. */
function viaOf(near: readonly Id[], low: bigint, high: bigint): readonly Id[] {
  const found: Id[] = [];
  for (let place = 0; place < near.length && found.length < MAX_VIA; place++) {
    const [mask, bit] = place < statements.VIA_BITS ? [low, place] : [high, place - statements.VIA_BITS];
    if ((mask >> BigInt(bit)) & 1n) found.push(near[place] as Id);
  }
  return found;
}

/** People to follow out of PostgreSQL. */
export function createPostgresPeople(deps: {
  readonly db: Kysely<Database>;
  readonly clock: Clock;
}): PeopleStores {
  const { db, clock } = deps;
  return {
    people: {
      async mark(user) {
        const row = await statements.mark.first(db, { user });
        return `${row?.following ?? 0}:${row?.newest ?? '0'}`;
      },
      async neighbourhood(user, now) {
        const [rows, own] = await Promise.all([
          statements.neighbourhood.run(db, {
            user,
            now,
            own: MAX_OWN_FOLLOWEES,
            hub: HUB_FOLLOWEES,
            sampled: HUB_SAMPLE,
            coFollowers: MAX_CO_FOLLOWERS,
            nearest: NEAREST,
            most: PEOPLE_PER_WAY,
          }),
          statements.standing.first(db, { user }),
        ]);
        const near = split(rows[0]?.near ?? null);
        return {
          followers: own?.followers ?? 0,
          mutual: own?.mutual ?? 0,
          people: rows.map(({ id, adamicAdar, similar, followsYou, low, high }) => ({
            id,
            adamicAdar,
            similar,
            followsYou,
            via: viaOf(near, BigInt(low), BigInt(high)),
          })),
        };
      },
      popular: (limit, now) => statements.popular.run(db, { limit, now }),
      near: async (user, limit, now) =>
        (await statements.near.run(db, { user, limit, now })).map(({ id }) => id),
      interesting: (user, limit, now) =>
        statements.interesting.run(db, {
          user,
          lo: monthOf(now, -1).from,
          hi: firstIdAt(now + DAY_MS),
          recent: RECENT_POSTS,
          limit,
          now,
        }),
      async evidence(user, asked, now) {
        if (asked.length === 0) return new Map();
        const pairs = asked.flatMap(({ id, via }) => via.map((one) => [id, one] as const));
        const rows = await statements.evidence.run(db, {
          user,
          now,
          ids: asked.map(({ id }) => id),
          viaOf: pairs.map(([id]) => id),
          via: pairs.map(([, via]) => via),
          own: EVIDENCE_FOLLOWEES,
        });
        return new Map(
          rows.map(({ id, followedBy, ...row }) => [id, { ...row, followedBy: split(followedBy) }] as const),
        );
      },
      alike: (user, viewer, limit, now) =>
        statements.alike.run(db, {
          user,
          viewer,
          now,
          own: MAX_OWN_FOLLOWEES,
          coFollowers: MAX_CO_FOLLOWERS,
          limit,
        }),
      reciprocity: async () => (await statements.reciprocity.first(db, { sampled: SAMPLE }))?.share ?? 0,
    },
    graphExport: {
      accounts: async (after, limit) =>
        (await statements.exportAccounts.run(db, { after: after ?? '0', limit })).map(
          ({ id, state, discoverable, isPrivate }) => ({
            id,
            active: state === 'active' || state === 'limited',
            suggested: state === 'active' && discoverable,
            isPrivate,
          }),
        ),
      followees: (after, limit) =>
        statements.exportFollowees.run(db, { after: after ?? '0', limit, own: EXPORTED_FOLLOWEES }),
      limits: async (after, limit) =>
        (await statements.exportLimits.run(db, { after: after ?? '0', limit, now: clock.now() })).map(
          ({ id, blocked, muted }) => ({ id, blocked: split(blocked), muted: split(muted) }),
        ),
    },
  };
}
