import { oracleSeesComment, oracleSeesPost } from '@socialkit/core/testing';
import type { Look } from './look.js';
import { expectSummary } from './oracle-accounts.js';
import {
  expectComment,
  expectCommentsBy,
  expectKnownReactors,
  expectLevel,
  expectPinnedComment,
  expectReactors,
} from './oracle-comments.js';
import { byNewest, expectHistory, expectPost, expectPosts, subjectOf } from './oracle-posts.js';
import type { PlainPost } from './plain-world.js';
import { commentFields, postFields, summaryFields } from './projections.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const MISSING = { error: 'post.not_found' };
const NO_COMMENT = { error: 'comment.not_found' };
/** Posts and comments one viewer asks about one by one. */
const SAMPLE = 5;

const sample = <T>({ dice }: Look, items: readonly T[], count = SAMPLE): T[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, () => dice.pick(items));

/** A post to ask about, by the id it has or by the one it had as a draft. */
const askedId = ({ dice }: Look, post: PlainPost): string =>
  post.draftId !== null && dice.chance(0.5) ? post.draftId : post.id;

/** Reads of posts. */
export const postSurfaces: Readonly<Record<string, Surface>> = {
  'posts.get': async (look) => {
    for (const post of look.world.posts) {
      const postId = askedId(look, post);
      const said = await look.ask(() => look.kit.posts.get(look.actor, { postId }), postFields);
      look.same({ postId }, said, expectPost(look.world, look.viewer, post.id) ?? MISSING);
    }
    look.same(
      { postId: NOBODY },
      await look.ask(() => look.kit.posts.get(look.actor, { postId: NOBODY }), postFields),
      MISSING,
    );
  },
  'posts.getMany': async (look) => {
    const posts = look.world.posts.filter(() => look.dice.chance(0.7));
    const ids = [...posts.map((post) => askedId(look, post)), NOBODY];
    const said = await look.ask(
      () => look.kit.posts.getMany(look.actor, { ids }),
      ({ items }) => items.map(postFields),
    );
    look.same(
      { ids },
      said,
      expectPosts(
        look.world,
        look.viewer,
        posts.map(({ id }) => id),
      ),
    );
  },
  'posts.history': async (look) => {
    for (const post of sample(look, look.world.posts)) {
      const postId = askedId(look, post);
      const said = await look.walk(
        { postId },
        (page) => look.kit.posts.history(look.actor, { postId, ...page }),
        ({ text, writtenAt, revision }) => ({ text, writtenAt, revision }),
        ({ revision }) => revision,
      );
      look.same(
        { postId },
        Array.isArray(said) ? said.map(({ text, writtenAt }) => ({ text, writtenAt })) : said,
        expectHistory(look.world, look.viewer, post.id) ?? MISSING,
      );
    }
  },
  'posts.drafts': async (look) => {
    const { world, viewer } = look;
    const said = await look.walk(
      {},
      (page) => look.kit.posts.drafts(look.actor, page),
      postFields,
      ({ id }) => id,
    );
    const drafts = world.posts
      .filter(({ authorId, status }) => authorId === viewer && (status === 'draft' || status === 'scheduled'))
      .sort(byNewest);
    look.same(
      {},
      said,
      expectPosts(
        world,
        viewer,
        drafts.map(({ id }) => id),
      ),
    );
  },
  'posts.reposts': async (look) => {
    const { world, viewer } = look;
    for (const post of sample(look, world.posts)) {
      const postId = askedId(look, post);
      const said = await look.walk(
        { postId },
        (page) => look.kit.posts.reposts(look.actor, { postId, ...page }),
        ({ repostId, account }) => ({ repostId, account: summaryFields(account) }),
        ({ repostId }) => repostId,
      );
      const subject = subjectOf(world, viewer, post.id);
      const wrappers = world.posts
        .filter(({ repostOfId, id }) => repostOfId === subject?.id && oracleSeesPost(world, viewer, id))
        .sort(byNewest)
        .map(({ id, authorId }) => ({ repostId: id, account: expectSummary(world, authorId) }));
      look.same({ postId }, said, subject ? wrappers : MISSING);
    }
  },
  'posts.quotes': async (look) => {
    const { world, viewer } = look;
    for (const post of sample(look, world.posts)) {
      const postId = askedId(look, post);
      const said = await look.walk(
        { postId },
        (page) => look.kit.posts.quotes(look.actor, { postId, ...page }),
        postFields,
        ({ id }) => id,
      );
      const subject = subjectOf(world, viewer, post.id);
      const quotes = world.posts
        .filter(({ quoteOfId, status }) => quoteOfId === subject?.id && status === 'published')
        .sort(byNewest);
      look.same(
        { postId },
        said,
        subject
          ? expectPosts(
              world,
              viewer,
              quotes.map(({ id }) => id),
            )
          : MISSING,
      );
    }
  },
  'posts.bookmarks': async (look) => {
    const { world, viewer } = look;
    const said = await look.walk(
      {},
      (page) => look.kit.posts.bookmarks(look.actor, page),
      postFields,
      ({ id }) => id,
    );
    const kept = world.bookmarks.filter(({ userId }) => userId === viewer).reverse();
    look.same(
      {},
      said,
      expectPosts(
        world,
        viewer,
        kept.map(({ postId }) => postId),
      ),
    );
  },
  'posts.pinned': async (look) => {
    const { world, viewer } = look;
    for (const { id: userId } of world.accounts) {
      const said = await look.ask(
        () => look.kit.posts.pinned(look.actor, { userId }),
        ({ items }) => items.map(postFields),
      );
      const pins = world.pins.filter((pin) => pin.userId === userId).reverse();
      look.same(
        { userId },
        said,
        expectPosts(
          world,
          viewer,
          pins.map(({ postId }) => postId),
        ),
      );
    }
  },
};

const threads: Surface = async (look) => {
  const { world, viewer, dice } = look;
  for (const post of sample(look, world.posts)) {
    const postId = askedId(look, post);
    const below = world.comments.filter((item) => item.postId === (post.repostOfId ?? post.id));
    const parentId = dice.chance(0.4) ? (dice.some(below)?.id ?? null) : null;
    const reading = { sort: dice.pick(['newest', 'oldest', 'top'] as const), hidden: dice.chance(0.2) };
    const asked = { postId, ...reading, ...(parentId === null ? {} : { parentId }) };
    const [depth, repliesLimit] = [dice.below(3), 1 + dice.below(3)];
    let pinned: unknown;
    const said = await look.walk(
      asked,
      async (page) => {
        const thread = await look.kit.comments.list(look.actor, { ...asked, ...page, depth, repliesLimit });
        if (page.cursor === undefined) pinned = thread.pinned && commentFields(thread.pinned);
        return thread;
      },
      (item) => item,
      ({ id }) => id,
    );
    const expected = expectLevel(world, viewer, post.id, parentId, reading);
    if (!Array.isArray(said) || !expected) {
      const code = subjectOf(world, viewer, post.id) ? NO_COMMENT : MISSING;
      look.same(asked, Array.isArray(said) ? said.map(commentFields) : said, expected ?? code);
      continue;
    }
    look.same(asked, said.map(commentFields), expected);
    if (parentId === null)
      look.same(
        { ...asked, pinned: true },
        pinned,
        reading.hidden ? null : expectPinnedComment(world, viewer, post.id),
      );
    // Below each: the first replies, as many as were asked for, and a way to the rest.
    let nodes = depth === 0 ? [] : said;
    for (let at = 0; at < depth; at++) {
      for (const { id, replies } of nodes) {
        const all = expectLevel(world, viewer, post.id, id, { ...reading, hidden: false }) ?? [];
        // Below what is read for its hidden ones, hidden replies are listed too: those are left to the slice's own suite.
        if (reading.hidden) continue;
        look.same({ ...asked, repliesOf: id }, replies?.items.map(commentFields), all.slice(0, repliesLimit));
        if (all.length > repliesLimit && !replies?.nextCursor)
          look.same({ ...asked, repliesOf: id }, 'no cursor', 'a cursor to the other replies');
      }
      nodes = nodes.flatMap(({ replies }) => replies?.items ?? []);
    }
  }
};

/** Reads of comments. */
export const commentSurfaces: Readonly<Record<string, Surface>> = {
  'comments.list': threads,
  'comments.get': async (look) => {
    for (const { id: commentId } of look.world.comments) {
      const said = await look.ask(() => look.kit.comments.get(look.actor, { commentId }), commentFields);
      look.same({ commentId }, said, expectComment(look.world, look.viewer, commentId) ?? NO_COMMENT);
    }
  },
  'comments.byUser': async (look) => {
    for (const { id: userId } of look.world.accounts) {
      const said = await look.walk(
        { userId },
        (page) => look.kit.comments.byUser(look.actor, { userId, ...page }),
        commentFields,
        ({ id }) => id,
      );
      const expected = expectCommentsBy(look.world, look.viewer, userId);
      look.same({ userId }, said, expected ?? { error: 'account.not_found' });
    }
  },
};

const reactorFields = ({ user, kind }: { user: Parameters<typeof summaryFields>[0]; kind: string }) => ({
  user: summaryFields(user),
  kind,
});

/** Reads of reactions. */
export const reactionSurfaces: Readonly<Record<string, Surface>> = {
  'reactions.listOfPost': async (look) => {
    const { world, viewer, dice } = look;
    for (const post of sample(look, world.posts)) {
      const filter = dice.chance(0.3) ? { kind: 'love' } : {};
      const asked = { postId: askedId(look, post), ...filter };
      const said = await look.walk(
        asked,
        (page) => look.kit.reactions.listOfPost(look.actor, { ...asked, ...page }),
        reactorFields,
      );
      const subject = subjectOf(world, viewer, post.id);
      look.same(asked, said, subject ? expectReactors(world, viewer, subject.id, asked.kind) : MISSING);
    }
  },
  'reactions.knownOfPost': async (look) => {
    const { world, viewer } = look;
    for (const post of sample(look, world.posts)) {
      const said = await look.ask(
        () => look.kit.reactions.knownOfPost(look.actor, { postId: post.id }),
        ({ sample: few, count, more }) => ({ sample: few.map(reactorFields), count, more }),
      );
      const subject = subjectOf(world, viewer, post.id);
      look.same(
        { postId: post.id },
        said,
        subject ? expectKnownReactors(world, viewer ?? '', subject.id) : MISSING,
      );
    }
  },
  'reactions.listOfComment': async (look) => {
    const { world, viewer, dice } = look;
    for (const { id: commentId } of sample(look, world.comments)) {
      const filter = dice.chance(0.3) ? { kind: 'love' } : {};
      const said = await look.walk(
        { commentId, ...filter },
        (page) => look.kit.reactions.listOfComment(look.actor, { commentId, ...filter, ...page }),
        reactorFields,
      );
      const expected = expectReactors(world, viewer, commentId, filter.kind);
      look.same({ commentId }, said, oracleSeesComment(world, viewer, commentId) ? expected : NO_COMMENT);
    }
  },
  'reactions.knownOfComment': async (look) => {
    const { world, viewer } = look;
    for (const { id: commentId } of sample(look, world.comments)) {
      const said = await look.ask(
        () => look.kit.reactions.knownOfComment(look.actor, { commentId }),
        ({ sample: few, count, more }) => ({ sample: few.map(reactorFields), count, more }),
      );
      const expected = expectKnownReactors(world, viewer ?? '', commentId);
      look.same({ commentId }, said, oracleSeesComment(world, viewer, commentId) ? expected : NO_COMMENT);
    }
  },
  'reactions.mine': async (look) => {
    const { world, viewer, dice } = look;
    const filter = dice.chance(0.4) ? { targetKind: dice.pick(['post', 'comment'] as const) } : {};
    const said = await look.walk(
      filter,
      (page) => look.kit.reactions.mine(look.actor, { ...filter, ...page }),
      ({ targetKind, targetId, kind }) => ({ targetKind, targetId, kind }),
    );
    const expected = world.reactions
      .filter(({ userId }) => userId === viewer)
      .filter(({ targetKind }) => filter.targetKind === undefined || targetKind === filter.targetKind)
      .filter(({ targetKind, targetId }) =>
        (targetKind === 'post' ? oracleSeesPost : oracleSeesComment)(world, viewer, targetId),
      )
      .map(({ targetKind, targetId, kind }) => ({ targetKind, targetId, kind }))
      .reverse();
    look.same(filter, said, expected);
  },
};
