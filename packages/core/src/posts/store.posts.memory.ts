import type { Id } from '../kernel/ids.js';
import { compareIds, newestFirst } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import { isUnpublished } from './status.js';
import type { PostReader, PostWriter } from './store.js';
import type { Post, PostRevision } from './types.js';

/** A post as the reference table holds it: with the counters that the counters' store changes. */
export interface PostRow extends Post {
  readonly reactionCount: number;
  readonly reactionCounts: Readonly<Record<string, number>>;
  readonly commentCount: number;
  readonly repostCount: number;
  readonly quoteCount: number;
  readonly bookmarkCount: number;
}

/** The tables of the reference posts. */
export const postTables = (tables: MemoryTables) => ({
  posts: tables.table<PostRow>('posts'),
  aliases: tables.table<{ readonly draftId: Id; readonly postId: Id }>('post_aliases'),
  revisions: tables.table<PostRevision>('post_revisions'),
  mentions: tables.table<{ readonly postId: Id; readonly accountId: Id }>('post_mentions'),
  hashtags: tables.table<{ readonly tag: string; readonly postId: Id }>('post_hashtags'),
});

const POST_FIELDS = [
  'id',
  'authorId',
  'status',
  'type',
  'text',
  'entities',
  'media',
  'link',
  'contentWarning',
  'language',
  'visibility',
  'commentPolicy',
  'label',
  'demoted',
  'repostOfId',
  'quoteOfId',
  'expiresAt',
  'scheduledAt',
  'publishedAt',
  'editedAt',
  'deletedAt',
  'revision',
] as const satisfies readonly (keyof Post)[];

/** The post in a row, without its counters. */
export const postOf = (row: PostRow): Post =>
  Object.fromEntries(POST_FIELDS.map((field) => [field, row[field]])) as unknown as Post;

const rowsOf = <Row>(table: { rows(): IterableIterator<Row> }, wanted: (row: Row) => boolean): Row[] =>
  [...table.rows()].filter(wanted);

/** The reference {@link PostReader} and {@link PostWriter}. */
export function createMemoryPostTable(session: MemorySession): PostReader & PostWriter {
  const unpublishedOf = (tables: MemoryTables, authorId: Id): PostRow[] =>
    rowsOf(postTables(tables).posts, (row) => row.authorId === authorId && isUnpublished(row.status));

  return {
    find: (id) =>
      session.run((tables) => {
        const { posts, aliases } = postTables(tables);
        const row = posts.get(id) ?? posts.get(aliases.get(id)?.postId ?? '');
        return row ? postOf(row) : null;
      }),
    aliases: (ids) =>
      session.run((tables) => {
        const { aliases } = postTables(tables);
        return new Map(
          ids.flatMap((id) => {
            const alias = aliases.get(id);
            return alias ? [[id, alias.postId] as const] : [];
          }),
        );
      }),
    unpublished: (authorId, { after, limit }) =>
      session.run((tables) =>
        unpublishedOf(tables, authorId)
          .filter((row) => after === null || compareIds(row.id, after) < 0)
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit)
          .map(postOf),
      ),
    countUnpublished: (authorId) => session.run((tables) => unpublishedOf(tables, authorId).length),
    revisions: (postId, { after, limit }) =>
      session.run((tables) =>
        rowsOf(postTables(tables).revisions, (row) => row.postId === postId)
          .filter((row) => after === null || row.revision < after)
          .sort((a, b) => b.revision - a.revision)
          .slice(0, limit),
      ),
    insert: (post) =>
      session.run((tables) => {
        const { posts } = postTables(tables);
        if (posts.has(post.id)) throw new Error(`post ${post.id} exists`);
        posts.put(post.id, {
          ...structuredClone(post),
          reactionCount: 0,
          reactionCounts: {},
          commentCount: 0,
          repostCount: 0,
          quoteCount: 0,
          bookmarkCount: 0,
        });
      }),
    update: (id, revision, change) =>
      session.run((tables) => {
        const { posts } = postTables(tables);
        const row = posts.get(id);
        if (!row || row.revision !== revision) return false;
        posts.put(id, { ...row, ...structuredClone(change), revision: revision + 1 });
        return true;
      }),
    rename: (draftId, id) =>
      session.run((tables) => {
        const { posts, aliases, mentions } = postTables(tables);
        const row = posts.get(draftId);
        if (!row) throw new Error(`there is no draft ${draftId}`);
        posts.remove(draftId);
        posts.put(id, { ...row, id });
        aliases.put(draftId, { draftId, postId: id });
        for (const mention of rowsOf(mentions, ({ postId }) => postId === draftId)) {
          mentions.remove(keyOf(draftId, mention.accountId));
          mentions.put(keyOf(id, mention.accountId), { ...mention, postId: id });
        }
        for (const name of ['polls', 'poll_options']) {
          const table = tables.table<{ readonly postId: Id; readonly position?: number }>(name);
          for (const poll of rowsOf(table, ({ postId }) => postId === draftId)) {
            const rest = poll.position === undefined ? [] : [poll.position];
            table.remove(keyOf(draftId, ...rest));
            table.put(keyOf(id, ...rest), { ...poll, postId: id });
          }
        }
      }),
    addRevision: (revision) =>
      session.run((tables) =>
        postTables(tables).revisions.put(
          keyOf(revision.postId, revision.revision),
          structuredClone(revision),
        ),
      ),
    setMentions: (postId, accountIds) =>
      session.run((tables) => {
        const { mentions } = postTables(tables);
        for (const row of rowsOf(mentions, (mention) => mention.postId === postId))
          mentions.remove(keyOf(postId, row.accountId));
        for (const accountId of accountIds) mentions.put(keyOf(postId, accountId), { postId, accountId });
      }),
    setHashtags: (postId, tags) =>
      session.run((tables) => {
        const { hashtags } = postTables(tables);
        const listed = rowsOf(hashtags, (row) => row.postId === postId).map(({ tag }) => tag);
        const added = tags.filter((tag) => !listed.includes(tag));
        const removed = listed.filter((tag) => !tags.includes(tag));
        for (const tag of removed) hashtags.remove(keyOf(tag, postId));
        for (const tag of added) hashtags.put(keyOf(tag, postId), { tag, postId });
        return { added, removed };
      }),
    purge: (postId) =>
      session.run((tables) => {
        const { revisions, mentions } = postTables(tables);
        for (const row of rowsOf(revisions, (revision) => revision.postId === postId))
          revisions.remove(keyOf(postId, row.revision));
        for (const row of rowsOf(mentions, (mention) => mention.postId === postId))
          mentions.remove(keyOf(postId, row.accountId));
      }),
    touchAuthor: (authorId) =>
      session.run((tables) => {
        const accounts = tables.table<{ readonly lastPostId: Id | null }>('accounts');
        const account = accounts.get(authorId);
        if (!account) return;
        const [newest] = rowsOf(
          postTables(tables).posts,
          (row) => row.authorId === authorId && row.status === 'published',
        ).sort((a, b) => newestFirst(a.id, b.id));
        accounts.put(authorId, { ...account, lastPostId: newest?.id ?? null });
      }),
  };
}
