import type { Account } from '../../identity/types.js';
import type { UnitOfWork } from '../../kernel/unit-of-work.js';
import type { Post } from '../../posts/types.js';
import type { CoreStores } from '../../stores.js';
import type { World, WorldAccount, WorldPost } from './world.js';

const accountOf = ({ id, ...facts }: WorldAccount, now: number): Account => ({
  id,
  externalId: null,
  handle: `w${id}`,
  handleSkeleton: `w${id}`,
  displayName: `w${id}`,
  firstName: null,
  lastName: null,
  bio: '',
  avatar: null,
  verifiedIssuer: null,
  verifiedAt: null,
  location: null,
  birthDate: null,
  gender: null,
  fieldVisibility: {},
  custom: {},
  role: 'user',
  stateReason: null,
  resumeState: null,
  label: null,
  labelSource: null,
  followerCount: 0,
  followingCount: 0,
  friendCount: 0,
  postCount: 0,
  lastPostId: null,
  revision: 1,
  createdAt: now,
  updatedAt: now,
  ...facts,
});

const postOf = ({ mentions: _m, hashtags: _h, hasMedia, ...facts }: WorldPost, now: number): Post => ({
  type: hasMedia ? 'image' : 'text',
  text: facts.repostOfId === null ? `post ${facts.id}` : '',
  entities: [],
  media: hasMedia ? [{ ref: 'media:1', type: 'image', alt: null }] : [],
  link: null,
  contentWarning: null,
  language: null,
  label: null,
  demoted: false,
  scheduledAt: facts.status === 'scheduled' ? now + 60_000 : null,
  publishedAt: ['draft', 'scheduled', 'under_review'].includes(facts.status) ? null : now - 60_000,
  editedAt: null,
  deletedAt: facts.status === 'deleted' ? now - 1 : null,
  revision: 1,
  ...facts,
});

/**
 * Puts a world into any back-end, beside what is there, through the ports its use cases write through: listings, threads
 * and pages find it as if it had been made by them. Counters stay at zero.
 */
export async function loadWorld(unitOfWork: UnitOfWork<CoreStores>, world: World): Promise<void> {
  const { now } = world;
  // Edge ids only order listings; any that are unique per listing will do.
  let edge = BigInt(world.accounts[0]?.id ?? '1');
  const nextEdge = () => (++edge).toString();
  await unitOfWork.transact(async (stores) => {
    for (const account of world.accounts) await stores.accounts.insert(accountOf(account, now));
    for (const { from, to, hideReposts } of world.follows)
      await stores.follows.insert({ followerId: from, followeeId: to, hideReposts, id: nextEdge() });
    for (const { from, to } of world.followRequests)
      await stores.followRequests.insert({
        requesterId: from,
        targetId: to,
        hideReposts: false,
        id: nextEdge(),
      });
    for (const { from, to } of world.friendships) await stores.friends.insert(from, to, nextEdge());
    for (const { from, to } of world.friendRequests) await stores.friends.insertRequest(from, to, nextEdge());
    for (const { from, to } of world.blocks) await stores.blocks.insert(from, to, nextEdge());
    for (const { from, to, scope, expiresAt } of world.mutes)
      await stores.mutes.set({ muterId: from, mutedId: to, scope, expiresAt, id: nextEdge() }, now);

    for (const post of world.posts) {
      await stores.posts.insert(postOf(post, now));
      if (post.mentions.length > 0) await stores.posts.setMentions(post.id, post.mentions);
      const isListed = post.status === 'published' && post.visibility === 'public';
      if (isListed && post.hashtags.length > 0) await stores.posts.setHashtags(post.id, post.hashtags);
      // The product keeps one repost a person and original; a world may hold more.
      if (post.repostOfId !== null && post.status === 'published')
        await stores.reposts.insert({
          authorId: post.authorId,
          originalId: post.repostOfId,
          postId: post.id,
        });
    }
    for (const authorId of new Set(world.posts.map((post) => post.authorId)))
      await stores.posts.touchAuthor(authorId);

    const places = new Map<string, { readonly rootId: string; readonly depth: number }>();
    for (const comment of world.comments) {
      const parent = comment.parentId === null ? undefined : places.get(comment.parentId);
      const place = { rootId: parent?.rootId ?? comment.id, depth: parent ? parent.depth + 1 : 0 };
      places.set(comment.id, place);
      await stores.comments.insert({
        ...comment,
        rootId: comment.parentId === null ? null : place.rootId,
        replyToId: comment.parentId,
        depth: place.depth,
        text: `comment ${comment.id}`,
        entities: [],
        label: null,
        hiddenAt: null,
        publishedAt: comment.status === 'under_review' ? null : now - 1000,
        revision: 1,
        editedAt: null,
        deletedAt: comment.status === 'deleted' ? now - 1 : null,
        replyCount: 0,
        reactionCount: 0,
        reactionCounts: {},
      });
    }
    for (const bookmark of world.bookmarks) await stores.bookmarks.insert(bookmark);
  });
}
