import { oracleSeesAccount, oracleSeesPost } from '@socialkit/core/testing';
import type { Look, PageInput } from './look.js';
import { expectExplanation, expectListing, type Listing } from './oracle-feed.js';
import { expectCounts, expectPost, expectPosts, postOf } from './oracle-posts.js';
import type { PlainPost } from './plain-world.js';
import { postFields } from './projections.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const isNewer = (a: string, b: string) => BigInt(a) > BigInt(b);

async function compareListing(
  look: Look,
  asked: object,
  listing: Listing,
  read: (
    input: PageInput & { readonly reposts: boolean; readonly mediaOnly: boolean },
  ) => ReturnType<Look['kit']['feed']['home']>,
  wanted?: (post: PlainPost) => boolean,
): Promise<void> {
  const { world, viewer, dice } = look;
  const options = { reposts: dice.chance(0.7), mediaOnly: dice.chance(0.15) };
  const what = { ...asked, ...options };
  const said = await look.walk(
    what,
    (page) => read({ ...page, ...options }),
    postFields,
    ({ id }) => id,
  );
  look.same(what, said, expectPosts(world, viewer, expectListing(world, viewer, listing, options, wanted)));
}

/** Reads of the feed. */
export const feedSurfaces: Readonly<Record<string, Surface>> = {
  'feed.home': async (look) => {
    for (let n = 0; n < 2; n++)
      await compareListing(look, {}, 'home', (input) => look.kit.feed.home(look.actor, input));
  },
  'feed.newSince': async (look) => {
    const { world, viewer, dice } = look;
    const sinceId = dice.some(world.posts)?.id ?? NOBODY;
    const options = { reposts: dice.chance(0.7), mediaOnly: dice.chance(0.2) };
    const said = await look.ask(
      () => look.kit.feed.newSince(look.actor, { sinceId, ...options }),
      (value) => value,
    );
    const home = expectListing(world, viewer, 'home', options);
    look.same({ sinceId, ...options }, said, {
      count: home.filter((id) => isNewer(id, sinceId)).length,
      more: false,
    });
    // By a cursor of the home with the same options.
    const first = await look.kit.feed.home(look.actor, { limit: 2, ...options });
    const last = first.items.at(-1)?.id;
    if (first.nextCursor === null || !last) return;
    const { nextCursor: cursor } = first;
    const counted = await look.ask(
      () => look.kit.feed.newSince(look.actor, { cursor, ...options }),
      ({ count }) => count,
    );
    look.same({ cursor: true, ...options }, counted, home.filter((id) => isNewer(id, last)).length);
  },
  'feed.explain': async (look) => {
    const { world, viewer } = look;
    for (const { id: postId } of world.posts) {
      const said = await look.ask(
        () => look.kit.feed.explain(look.actor, { postId }),
        ({ shown, reason }) => ({ shown, reason }),
      );
      // Nobody without a session has a home.
      const expected =
        viewer === null ? { error: 'actor.unauthenticated' } : expectExplanation(world, viewer, postId);
      look.same({ postId }, said, expected);
    }
  },
  'feed.changes': async (look) => {
    const { world, viewer, dice } = look;
    if (world.posts.length === 0) return;
    const ids = world.posts.map(({ id }) => id);
    const since = world.now - dice.below(60) * 60_000;
    const said = await look.ask(
      () => look.kit.feed.changes(look.actor, { ids, since }),
      ({ items }) =>
        items.map(({ id, state, counts, post }) => ({ id, state, counts, post: post && postFields(post) })),
    );
    const expected = world.posts.map((post) => {
      if (!oracleSeesPost(world, viewer, post.id))
        return { id: post.id, state: 'gone', counts: null, post: null };
      const shown = (post.repostOfId === null ? undefined : postOf(world, post.repostOfId)) ?? post;
      const edited = shown.editedAt !== null && shown.editedAt >= since;
      return {
        id: post.id,
        state: edited ? 'edited' : 'unchanged',
        counts: expectCounts(world, post.id),
        post: edited ? expectPost(world, viewer, post.id) : null,
      };
    });
    look.same({ since }, said, expected);
  },
  'feed.explore': (look) =>
    compareListing(
      look,
      {},
      'explore',
      (input) => look.kit.feed.explore(look.actor, input),
      ({ visibility }) => visibility === 'public',
    ),
  'feed.list': (look) => {
    const { world, dice } = look;
    const some = world.accounts.map(({ id }) => id).filter(() => dice.chance(0.6));
    const authorIds = some.length > 0 ? some : [dice.pick(world.accounts).id];
    return compareListing(
      look,
      { authorIds },
      'list',
      (input) => look.kit.feed.list(look.actor, { authorIds, ...input }),
      ({ authorId }) => authorIds.includes(authorId),
    );
  },
  'feed.profile': async (look) => {
    const { world, viewer } = look;
    for (const { id: userId } of world.accounts) {
      if (oracleSeesAccount(world, viewer, userId)) {
        await compareListing(
          look,
          { userId },
          'profile',
          (input) => look.kit.feed.profile(look.actor, { userId, ...input }),
          ({ authorId }) => authorId === userId,
        );
        continue;
      }
      const said = await look.ask(
        () => look.kit.feed.profile(look.actor, { userId }),
        (page) => page.items.map(postFields),
      );
      look.same({ userId }, said, { error: 'account.not_found' });
    }
  },
  'feed.hashtag': async (look) => {
    for (const tag of ['sun', 'moon'])
      await compareListing(
        look,
        { tag },
        'hashtag',
        (input) => look.kit.feed.hashtag(look.actor, { tag, ...input }),
        ({ visibility, hashtags }) => visibility === 'public' && hashtags.includes(tag),
      );
  },
};
