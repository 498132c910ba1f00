import { keyOf } from '@socialkit/core';
import type { World } from '@socialkit/core/testing';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';

const rows = (table: string, types: string) =>
  sql`jsonb_to_recordset((SELECT world FROM given) -> ${sql.lit(table)}) AS x(${sql.raw(types)})`;

/** Puts a world of plain facts into the database in one statement, beside what is there. For tests. */
export async function loadWorldIntoPostgres(db: Kysely<Database>, world: World): Promise<void> {
  // Edge ids only order listings; any that are unique per listing will do.
  let edge = BigInt(world.accounts[0]?.id ?? '1');
  const numbered = <T extends object>(items: readonly T[]) =>
    items.map((item) => ({ ...item, id: (++edge).toString() }));
  const depths = new Map<string, { readonly depth: number; readonly root: string | null }>();
  for (const { id, parentId } of world.comments) {
    const parent = parentId === null ? undefined : depths.get(parentId);
    depths.set(id, {
      depth: parent ? parent.depth + 1 : 0,
      root: parentId === null ? null : (parent?.root ?? parentId),
    });
  }
  const friendships = numbered(world.friendships);
  const text = JSON.stringify({
    accounts: world.accounts.map((account) => ({
      ...account,
      followers: world.follows.filter(({ to }) => to === account.id).length,
      following: world.follows.filter(({ from }) => from === account.id).length,
      friends: world.friendships.filter(({ from, to }) => [from, to].includes(account.id)).length,
    })),
    follows: numbered(world.follows),
    followRequests: numbered(world.followRequests),
    friendships: [...friendships, ...friendships.map(({ from, to, id }) => ({ from: to, to: from, id }))],
    friendRequests: numbered(world.friendRequests),
    blocks: numbered(world.blocks),
    mutes: numbered(world.mutes),
    posts: world.posts,
    mentions: world.posts.flatMap(({ id, mentions }) => mentions.map((accountId) => ({ id, accountId }))),
    hashtags: world.posts.flatMap(({ id, hashtags }) => hashtags.map((tag) => ({ id, tag }))),
    // The product keeps one repost a person and original; a world may hold more.
    reposts: [
      ...new Map(
        world.posts.flatMap((post) =>
          post.repostOfId === null ? [] : [[keyOf(post.authorId, post.repostOfId), post] as const],
        ),
      ).values(),
    ],
    comments: world.comments.map((comment) => ({ ...comment, ...depths.get(comment.id) })),
    bookmarks: world.bookmarks,
  });
  const edgeTypes = '"from" bigint, "to" bigint, id bigint';
  await sql`
    WITH given AS (SELECT ${text}::jsonb AS world),
    put_accounts AS (
      INSERT INTO accounts (id, handle, handle_skeleton, display_name, is_private, discoverable, state,
        follower_count, following_count, friend_count, created_at, updated_at)
      SELECT id, 'w' || id, 'w' || id, 'w' || id, "isPrivate", discoverable, state, followers, following, friends,
        ${world.now}, ${world.now}
      FROM ${rows('accounts', 'id bigint, "isPrivate" boolean, discoverable boolean, state text, followers integer, following integer, friends integer')}
    ),
    put_follows AS (
      INSERT INTO follows (follower_id, followee_id, id, hide_reposts)
      SELECT "from", "to", id, "hideReposts" FROM ${rows('follows', `${edgeTypes}, "hideReposts" boolean`)}
    ),
    put_follow_requests AS (
      INSERT INTO follow_requests (requester_id, target_id, id)
      SELECT "from", "to", id FROM ${rows('followRequests', edgeTypes)}
    ),
    put_friendships AS (
      INSERT INTO friendships (user_id, friend_id, id)
      SELECT "from", "to", id FROM ${rows('friendships', edgeTypes)}
    ),
    put_friend_requests AS (
      INSERT INTO friend_requests (requester_id, target_id, id)
      SELECT "from", "to", id FROM ${rows('friendRequests', edgeTypes)}
    ),
    put_blocks AS (
      INSERT INTO blocks (blocker_id, blocked_id, id) SELECT "from", "to", id FROM ${rows('blocks', edgeTypes)}
    ),
    put_mutes AS (
      INSERT INTO mutes (muter_id, muted_id, scope, expires_at, id)
      SELECT "from", "to", scope, "expiresAt", id
      FROM ${rows('mutes', `${edgeTypes}, scope text, "expiresAt" bigint`)}
    ),
    put_posts AS (
      INSERT INTO posts (id, author_id, status, visibility, type, text, entities, media, has_media, comment_policy,
        repost_of_id, quote_of_id, expires_at, published_at, revision)
      SELECT id, "authorId", status, visibility, 'text', 'post ' || id, '[]', '[]', "hasMedia", "commentPolicy",
        "repostOfId", "quoteOfId", "expiresAt", ${world.now}, 1
      FROM ${rows('posts', 'id bigint, "authorId" bigint, status text, visibility text, "hasMedia" boolean, "commentPolicy" text, "repostOfId" bigint, "quoteOfId" bigint, "expiresAt" bigint')}
    ),
    put_mentions AS (
      INSERT INTO post_mentions (post_id, account_id)
      SELECT id, "accountId" FROM ${rows('mentions', 'id bigint, "accountId" bigint')}
    ),
    put_hashtags AS (
      INSERT INTO post_hashtags (tag, post_id) SELECT tag, id FROM ${rows('hashtags', 'id bigint, tag text')}
    ),
    put_reposts AS (
      INSERT INTO reposts (author_id, original_id, post_id)
      SELECT "authorId", "repostOfId", id
      FROM ${rows('reposts', 'id bigint, "authorId" bigint, "repostOfId" bigint')}
    ),
    put_comments AS (
      INSERT INTO comments (id, post_id, parent_id, root_id, depth, author_id, status, text, entities, published_at,
        revision)
      SELECT id, "postId", "parentId", root, depth, "authorId", status, 'comment ' || id, '[]', ${world.now}, 1
      FROM ${rows('comments', 'id bigint, "postId" bigint, "parentId" bigint, root bigint, depth integer, "authorId" bigint, status text')}
    )
    INSERT INTO bookmarks (user_id, post_id, id)
    SELECT "userId", "postId", id FROM ${rows('bookmarks', 'id bigint, "userId" bigint, "postId" bigint')}`.execute(
    db,
  );
}
