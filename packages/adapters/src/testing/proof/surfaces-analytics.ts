import type { Audience, ContentPerformance } from '@socialkit/core';
import type { Look } from './look.js';
import { expectContent, expectFollowers, expectText, unnameable } from './oracle-analytics.js';
import type { Surface } from './surfaces-accounts.js';

const REFUSED = { error: 'actor.missing_permission' };
const SPAN = { days: 365 } as const;

const contentFields = (look: Look, { totals, topPosts }: ContentPerformance) => ({
  posts: totals.posts,
  likes: totals.likes,
  comments: totals.comments,
  shares: totals.shares,
  bookmarks: totals.bookmarks,
  // What is said of single posts: nothing of a text that the caller may not see.
  leaked: topPosts.filter(({ postId, text }) => text !== expectText(look.world, look.viewer, postId)),
});

const audienceFields = (look: Look, accountId: string, { followers, mostActive, splits }: Audience) => ({
  total: followers.total,
  leaked: unnameable(
    look.world,
    look.viewer,
    accountId,
    mostActive.map(({ account }) => account.id),
  ),
  small: Object.values(splits).flatMap((split) =>
    typeof split === 'number' ? [] : split.cells.filter(({ count }) => count !== null && count < 10),
  ),
});

/** Asks for the numbers of one's own account and of somebody else's, whom only staff may ask about. */
async function eachAccount(look: Look, compare: (accountId: string, allowed: boolean) => Promise<void>) {
  await look.kit.idle();
  const other = look.dice.pick(look.world.accounts).id;
  for (const id of new Set([look.viewer ?? '', other]))
    await compare(id, id === look.viewer || look.actor.kind === 'staff');
}

/** Reads of the analytics: nobody's but one's own, and in them no name and no text that is not for the caller. */
export const analyticsSurfaces: Readonly<Record<string, Surface>> = {
  'analytics.content': (look) =>
    eachAccount(look, async (accountId, allowed) => {
      const said = await look.ask(
        () => look.kit.analytics.content(look.actor, { accountId, ...SPAN }),
        (content) => contentFields(look, content),
      );
      look.same(
        { accountId },
        said,
        allowed ? { ...expectContent(look.world, accountId), leaked: [] } : REFUSED,
      );
    }),
  'analytics.audience': (look) =>
    eachAccount(look, async (accountId, allowed) => {
      const said = await look.ask(
        () => look.kit.analytics.audience(look.actor, { accountId, ...SPAN }),
        (audience) => audienceFields(look, accountId, audience),
      );
      const total = expectFollowers(look.world, accountId);
      look.same({ accountId }, said, allowed ? { total, leaked: [], small: [] } : REFUSED);
    }),
  'analytics.engagement': (look) =>
    eachAccount(look, async (accountId, allowed) => {
      const said = await look.ask(
        () => look.kit.analytics.engagement(look.actor, { accountId, ...SPAN }),
        ({ totals }) => ({ atLeast: totals.likes >= expectContent(look.world, accountId).likes }),
      );
      look.same({ accountId }, said, allowed ? { atLeast: true } : REFUSED);
    }),
  'analytics.dashboard': (look) =>
    eachAccount(look, async (accountId, allowed) => {
      const said = await look.ask(
        () => look.kit.analytics.dashboard(look.actor, { accountId, ...SPAN }),
        ({ content, audience }) => ({
          content: contentFields(look, content),
          audience: audienceFields(look, accountId, audience),
        }),
      );
      const total = expectFollowers(look.world, accountId);
      look.same(
        { accountId },
        said,
        allowed
          ? {
              content: { ...expectContent(look.world, accountId), leaked: [] },
              audience: { total, leaked: [], small: [] },
            }
          : REFUSED,
      );
    }),
  'analytics.export': (look) =>
    eachAccount(look, async (accountId, allowed) => {
      const said = await look.ask(
        () => look.kit.analytics.export(look.actor, { accountId, ...SPAN, format: 'json' }),
        ({ body }) => ({ posts: (JSON.parse(body) as { posts: readonly unknown[] }).posts.length }),
      );
      look.same(
        { accountId },
        said,
        allowed ? { posts: expectContent(look.world, accountId).posts } : REFUSED,
      );
    }),
  'analytics.growth': async (look) => {
    const said = await look.ask(
      () => look.kit.analytics.growth(look.actor, SPAN),
      ({ joined }) => joined,
    );
    look.same({}, said, look.world.accounts.length);
  },
};
