import { keyOf, type MemorySession } from '../../kernel/memory.js';
import type { World } from './world.js';

/** Puts a world into the reference tables, beside what is there. */
export async function loadWorldIntoMemory(session: MemorySession, world: World): Promise<void> {
  await session.run((tables) => {
    const put = (table: string, key: string, row: object) => tables.table<object>(table).put(key, row);
    for (const account of world.accounts) {
      const handle = `w${account.id}`;
      put('accounts', account.id, {
        externalId: null,
        handle,
        handleSkeleton: handle,
        displayName: handle,
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
        followerCount: world.follows.filter(({ to }) => to === account.id).length,
        followingCount: world.follows.filter(({ from }) => from === account.id).length,
        friendCount: world.friendships.filter(({ from, to }) => [from, to].includes(account.id)).length,
        postCount: 0,
        lastPostId: null,
        revision: 1,
        createdAt: world.now,
        updatedAt: world.now,
        ...account,
      });
      put('accounts_handle', handle, { id: account.id });
      put('accounts_handle_skeleton', handle, { id: account.id });
    }
    // Edge ids only order listings; any that are unique per listing will do.
    let edge = BigInt(world.accounts[0]?.id ?? '1');
    const nextEdge = () => (++edge).toString();
    for (const { from, to, hideReposts } of world.follows)
      put('follows', keyOf(from, to), { followerId: from, followeeId: to, id: nextEdge(), hideReposts });
    for (const { from, to } of world.followRequests)
      put('follow_requests', keyOf(from, to), {
        requesterId: from,
        targetId: to,
        id: nextEdge(),
        hideReposts: false,
      });
    for (const { from, to } of world.friendships) {
      const id = nextEdge();
      put('friendships', keyOf(from, to), { userId: from, friendId: to, id });
      put('friendships', keyOf(to, from), { userId: to, friendId: from, id });
    }
    for (const { from, to } of world.friendRequests)
      put('friend_requests', keyOf(from, to), { requesterId: from, targetId: to, id: nextEdge() });
    for (const { from, to } of world.blocks)
      put('blocks', keyOf(from, to), { blockerId: from, blockedId: to, id: nextEdge() });
    for (const { from, to, scope, expiresAt } of world.mutes)
      put('mutes', keyOf(from, to, scope), { muterId: from, mutedId: to, scope, expiresAt, id: nextEdge() });
    for (const { hashtags, mentions, hasMedia, ...post } of world.posts) {
      put('posts', post.id, { ...post, text: '', media: hasMedia ? [{ ref: 'media:1', alt: null }] : [] });
      for (const accountId of mentions)
        put('post_mentions', keyOf(post.id, accountId), { postId: post.id, accountId });
      for (const tag of hashtags) put('post_hashtags', keyOf(tag, post.id), { tag, postId: post.id });
    }
    for (const comment of world.comments) put('comments', comment.id, { ...comment });
    for (const bookmark of world.bookmarks)
      put('bookmarks', keyOf(bookmark.userId, bookmark.postId), { ...bookmark });
  });
}
