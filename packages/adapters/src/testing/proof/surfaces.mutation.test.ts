import { type RuleName, VISIBILITY_RULES } from '@socialkit/core';
import { describePostgres } from '@socialkit/test-services/vitest';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { firstFound } from './first-found.js';
import { onPostgres } from './kits.js';
import { PUBLISHING_MOVES } from './play.js';

// The whole kit with rules of the policy switched off. The product has no switch: the module of the rules is put together
// anew for this file alone, over the form without rules that `/testing` publishes.
const off = vi.hoisted(() => new Set<string>());
vi.mock('../../../../core/src/access/rules.js', async (original) => {
  const rules = await original<typeof import('../../../../core/src/access/rules.js')>();
  const canView: typeof rules.canView = (facts, now): facts is NonNullable<typeof facts> =>
    rules.canViewWithout(off as ReadonlySet<RuleName>)(facts, now);
  return { ...rules, canView };
});

beforeEach(() => off.clear());

/** Worlds tried until a missing rule is found out. */
const WORLDS = 400;
const published = { worlds: WORLDS, among: PUBLISHING_MOVES };

const WRAPPERS = 'a repost is put together with its original, which has to be seen itself';
const COMMENTS_ONLY = 'posts have an audience of their own';
const LISTED: Readonly<Partial<Record<RuleName, string>>> = {
  exists: 'only published posts are listed',
  published: 'only published posts are listed',
  container: WRAPPERS,
  inherited: COMMENTS_ONLY,
};
/**
 * Rules that an operation does not rest on, and why. Whatever is not in here must be found out through the operation.
 */
const GUARDED_TWICE: Readonly<Record<string, Readonly<Partial<Record<RuleName, string>>>>> = {
  'feed.home': LISTED,
  'feed.profile': LISTED,
  'posts.get': { container: WRAPPERS, inherited: COMMENTS_ONLY },
};

describe('the reads of the kit, with a rule of the policy missing', () => {
  for (const operation of ['feed.home', 'feed.profile', 'comments.list', 'posts.get'])
    for (const { name, says } of VISIBILITY_RULES) {
      if (GUARDED_TWICE[operation]?.[name] !== undefined) continue;
      it(`${operation} is found out when it forgets that ${says}`, async () => {
        expect(
          await firstFound(off, operation, name, published),
          `${WORLDS} worlds do not miss it`,
        ).not.toBeNull();
      }, 480_000);
    }
});

describePostgres('the home on PostgreSQL, with a rule of the policy missing', (server) => {
  // Those that a few worlds miss already; all of them are tried in memory, by the same function over other facts.
  const missed = ['own', 'no_block', 'public', 'followers', 'friends'] as const satisfies readonly RuleName[];
  for (const name of missed)
    it(`is found out: ${name}`, async () => {
      expect(
        await firstFound(off, 'feed.home', name, { ...published, open: onPostgres(server) }),
      ).not.toBeNull();
    }, 600_000);
});
