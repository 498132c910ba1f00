import {
  type Clock,
  type CommentPolicy,
  type ContentFacts,
  type ContentStatus,
  compareIds,
  type FactsReader,
  type Id,
  type RelationFacts,
  type RequestFacts,
  type Viewer,
  type Visibility,
  withDemotion,
} from '@socialkit/core';
import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { relationProbes, surfaceProbes, viewerParameter } from './policy-sql.js';

/** The relation of a viewer to an author, as columns of a statement. */
interface RelationRow {
  readonly accountId: Id;
  readonly state: RelationFacts['state'];
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
  readonly self: boolean;
  readonly blocked: boolean;
  readonly follows: boolean;
  readonly followedBy: boolean;
  readonly friends: boolean;
  readonly muted: boolean;
  readonly repostsHidden: boolean;
}

/**
 * The select list of a {@link RelationRow}.
 * @param account alias of the author's `accounts` row @param now Unix ms as a `bigint` parameter
 */
const relationColumns = (
  account: string,
  viewer: Expression<unknown>,
  now: Expression<unknown>,
): RawBuilder<RelationRow> => {
  const column = (name: string) => sql.ref(`${account}.${name}`);
  const { self, blocked, follows, friends } = relationProbes(column('id'), viewer);
  const { followedBy, muted, repostsHidden } = surfaceProbes(column('id'), viewer, now);
  return sql`${column('id')} AS "accountId", ${column('state')}, ${column('is_private')} AS "isPrivate",
    ${column('discoverable')}, ${self} AS self, ${blocked} AS blocked, ${follows} AS follows,
    ${followedBy} AS "followedBy", ${friends} AS friends, ${muted} AS muted, ${repostsHidden} AS "repostsHidden"`;
};

/** The facts in a row, without what else it holds. */
const relationOf = (row: RelationRow): RelationFacts => ({
  accountId: row.accountId,
  state: row.state,
  isPrivate: row.isPrivate,
  discoverable: row.discoverable,
  self: row.self,
  blocked: row.blocked,
  follows: row.follows,
  followedBy: row.followedBy,
  friends: row.friends,
  muted: row.muted,
  repostsHidden: row.repostsHidden,
});

const relations = defineStatement({
  name: 'access.relations',
  params: { ids: 'bigint[]', viewer: 'bigint', now: 'bigint' },
  build: (_, { ids, viewer, now }) =>
    sql<RelationRow>`
      SELECT ${relationColumns('a', viewer, now)} FROM accounts AS a WHERE a.id = ANY(${ids})`,
  sample: ({ ids, now }) => ({ ids, viewer: '1', now }),
});

const requests = defineStatement({
  name: 'access.requests',
  params: { ids: 'bigint[]', viewer: 'bigint' },
  build: (_, { ids, viewer }) => {
    const waits = (table: string, out: boolean) =>
      sql`coalesce((SELECT true FROM ${sql.table(table)} AS x WHERE x.requester_id = ${out ? viewer : sql`a.id`} AND x.target_id = ${out ? sql`a.id` : viewer} LIMIT 1), false)`;
    return sql<RequestFacts & { readonly id: Id }>`
      SELECT a.id, ${waits('follow_requests', true)} AS requested, ${waits('follow_requests', false)} AS "requestedBy",
        ${waits('friend_requests', true)} AS "friendRequested", ${waits('friend_requests', false)} AS "friendRequestedBy"
      FROM accounts AS a WHERE a.id = ANY(${ids})`;
  },
  sample: ({ ids }) => ({ ids, viewer: '1' }),
});

interface PostRow extends RelationRow {
  readonly id: Id;
  readonly status: ContentStatus;
  readonly visibility: Visibility;
  readonly expiresAt: string | null;
  readonly commentPolicy: CommentPolicy;
  readonly repostOfId: Id | null;
  readonly mentioned: boolean;
  readonly demoted: boolean;
}

const BOUNDED = { ids: 'bigint[]', lo: 'bigint', hi: 'bigint', viewer: 'bigint', now: 'bigint' } as const;

const posts = defineStatement({
  name: 'access.posts',
  params: BOUNDED,
  build: (_, { ids, lo, hi, viewer, now }) =>
    sql<PostRow>`
      SELECT p.id, p.status, p.visibility, p.expires_at AS "expiresAt", p.comment_policy AS "commentPolicy",
        p.repost_of_id AS "repostOfId", p.demoted, coalesce((
          SELECT true FROM post_mentions AS m WHERE m.post_id = p.id AND m.account_id = ${viewer} LIMIT 1
        ), false) AS mentioned,
        ${relationColumns('a', viewer, now)}
      FROM unnest(${ids}) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT * FROM posts WHERE posts.id = wanted.id AND posts.id BETWEEN ${lo} AND ${hi} LIMIT 1
      ) AS p
      JOIN accounts AS a ON a.id = p.author_id`,
  sample: ({ ids, oldest, newest, now }) => ({ ids, lo: oldest, hi: newest, viewer: '1', now }),
});

interface CommentRow extends RelationRow {
  readonly id: Id;
  readonly status: ContentStatus;
  readonly postId: Id;
}

const comments = defineStatement({
  name: 'access.comments',
  params: BOUNDED,
  build: (_, { ids, lo, hi, viewer, now }) =>
    sql<CommentRow>`
      SELECT c.id, c.status, c.post_id AS "postId", ${relationColumns('a', viewer, now)}
      FROM unnest(${ids}) AS wanted (id)
      CROSS JOIN LATERAL (
        SELECT * FROM comments WHERE comments.id = wanted.id AND comments.id BETWEEN ${lo} AND ${hi} LIMIT 1
      ) AS c
      JOIN accounts AS a ON a.id = c.author_id`,
  sample: ({ ids, oldest, newest, now }) => ({ ids, lo: oldest, hi: newest, viewer: '1', now }),
});

/** The bounds that keep a scan within the months of the ids. */
const within = (ids: readonly Id[]): { readonly ids: readonly Id[]; readonly lo: Id; readonly hi: Id } => {
  const sorted = [...new Set(ids)].sort(compareIds);
  return { ids: sorted, lo: sorted[0] ?? '0', hi: sorted.at(-1) ?? '0' };
};

const postFacts = (row: PostRow, container: ContentFacts | null): ContentFacts => ({
  id: row.id,
  kind: 'post',
  status: row.status,
  audience: row.visibility,
  expiresAt: row.expiresAt === null ? null : Number(row.expiresAt),
  author: withDemotion(relationOf(row), row.demoted),
  commentPolicy: row.commentPolicy,
  mentioned: row.mentioned,
  container,
});

/** Stands for a container that is gone, so that what it contained is hidden. */
const gone = (content: ContentFacts): ContentFacts => ({ ...content, status: 'deleted', container: null });

/** Reads facts from PostgreSQL, through a pool or inside a transaction: one statement a kind, one more for originals. */
export function createPostgresFacts(db: Kysely<Database>, clock: Clock): FactsReader {
  const readPosts = async (viewer: Viewer, ids: readonly Id[]) => {
    if (ids.length === 0) return new Map<Id, ContentFacts>();
    const who = { viewer: viewerParameter(viewer), now: clock.now() };
    const rows = await posts.run(db, { ...within(ids), ...who });
    const originalIds = rows.flatMap(({ repostOfId }) => repostOfId ?? []);
    const originals = originalIds.length === 0 ? [] : await posts.run(db, { ...within(originalIds), ...who });
    // An original is never itself a plain repost: what claims to be one hides its wrappers.
    const containers = new Map(
      originals.flatMap((row) => (row.repostOfId === null ? [[row.id, postFacts(row, null)] as const] : [])),
    );
    return new Map(
      rows.map((row) => {
        const facts = postFacts(row, null);
        return row.repostOfId === null
          ? [row.id, facts]
          : [row.id, { ...facts, container: containers.get(row.repostOfId) ?? gone(facts) }];
      }),
    );
  };

  return {
    async relations(viewer, accountIds) {
      if (accountIds.length === 0) return new Map();
      const rows = await relations.run(db, {
        ids: accountIds,
        viewer: viewerParameter(viewer),
        now: clock.now(),
      });
      return new Map(rows.map((row) => [row.accountId, relationOf(row)]));
    },
    async requests(viewer, accountIds) {
      if (accountIds.length === 0) return new Map();
      const rows = await requests.run(db, { ids: accountIds, viewer: viewerParameter(viewer) });
      return new Map(rows.map(({ id, ...facts }) => [id, facts]));
    },
    posts: readPosts,
    async comments(viewer, commentIds) {
      if (commentIds.length === 0) return new Map();
      const rows = await comments.run(db, {
        ...within(commentIds),
        viewer: viewerParameter(viewer),
        now: clock.now(),
      });
      const containers = await readPosts(
        viewer,
        rows.map(({ postId }) => postId),
      );
      return new Map(
        rows.map((row) => {
          const facts: ContentFacts = {
            id: row.id,
            kind: 'comment',
            status: row.status,
            audience: 'container',
            expiresAt: null,
            author: relationOf(row),
            commentPolicy: 'everyone',
            mentioned: false,
            container: null,
          };
          return [row.id, { ...facts, container: containers.get(row.postId) ?? gone(facts) }];
        }),
      );
    },
  };
}
