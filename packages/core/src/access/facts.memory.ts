import type { Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { Clock } from '../kernel/runtime.js';
import type {
  AccountState,
  CommentPolicy,
  ContentFacts,
  ContentStatus,
  FactsReader,
  RelationFacts,
  RequestFacts,
  Viewer,
  Visibility,
} from './facts.js';
import { withDemotion } from './policy.js';

// What the decision needs of the other slices' rows, by the table names and key order they share with SQL.
interface Account {
  readonly id: Id;
  readonly state: AccountState;
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
}
interface Follow {
  readonly hideReposts: boolean;
}
interface Mute {
  readonly expiresAt: number | null;
}
interface Post {
  readonly id: Id;
  readonly authorId: Id;
  readonly status: ContentStatus;
  readonly visibility: Visibility;
  readonly expiresAt: number | null;
  readonly commentPolicy: CommentPolicy;
  readonly repostOfId: Id | null;
  readonly demoted: boolean;
}
interface Comment {
  readonly id: Id;
  readonly postId: Id;
  readonly authorId: Id;
  readonly status: ContentStatus;
}

const NO_REQUESTS: RequestFacts = Object.freeze({
  requested: false,
  requestedBy: false,
  friendRequested: false,
  friendRequestedBy: false,
});

/** The reference {@link FactsReader}, over the memory tables of the slices. */
export function createMemoryFacts(session: MemorySession, clock: Clock): FactsReader {
  const relation = (tables: MemoryTables, viewer: Viewer, accountId: Id): RelationFacts | undefined => {
    const account = tables.table<Account>('accounts').get(accountId);
    if (!account) return undefined;
    const between = <Row extends object>(table: string, from: Id, to: Id, ...rest: string[]) =>
      tables.table<Row>(table).get(keyOf(from, to, ...rest));
    const follow = viewer === null ? undefined : between<Follow>('follows', viewer, accountId);
    const mutes = (scope: string) => {
      const mute = viewer === null ? undefined : between<Mute>('mutes', viewer, accountId, scope);
      return mute !== undefined && (mute.expiresAt === null || mute.expiresAt > clock.now());
    };
    const has = (table: string, from: Viewer, to: Viewer) =>
      from !== null && to !== null && between(table, from, to) !== undefined;
    return {
      accountId,
      state: account.state,
      isPrivate: account.isPrivate,
      discoverable: account.discoverable,
      self: viewer === accountId,
      blocked: has('blocks', viewer, accountId) || has('blocks', accountId, viewer),
      follows: follow !== undefined,
      followedBy: has('follows', accountId, viewer),
      friends: has('friendships', viewer, accountId),
      muted: mutes('all'),
      repostsHidden: mutes('reposts') || follow?.hideReposts === true,
    };
  };

  const ofPost = (tables: MemoryTables, viewer: Viewer, post: Post, container: ContentFacts | null) => {
    const author = relation(tables, viewer, post.authorId);
    if (!author) return undefined;
    return {
      id: post.id,
      kind: 'post' as const,
      status: post.status,
      audience: post.visibility,
      expiresAt: post.expiresAt,
      author: withDemotion(author, post.demoted),
      commentPolicy: post.commentPolicy,
      mentioned: viewer !== null && tables.table('post_mentions').has(keyOf(post.id, viewer)),
      container,
    };
  };

  const readPost = (tables: MemoryTables, viewer: Viewer, id: Id): ContentFacts | undefined => {
    const post = tables.table<Post>('posts').get(id);
    if (!post) return undefined;
    if (post.repostOfId === null) return ofPost(tables, viewer, post, null);
    const original = tables.table<Post>('posts').get(post.repostOfId);
    // An original is never itself a plain repost: what is missing, or claims to be one, hides its wrappers.
    const container =
      original && original.repostOfId === null ? ofPost(tables, viewer, original, null) : undefined;
    const wrapper = ofPost(tables, viewer, post, null);
    return wrapper && { ...wrapper, container: container ?? { ...wrapper, status: 'deleted' } };
  };

  const collect = <T>(ids: readonly Id[], read: (id: Id) => T | undefined): ReadonlyMap<Id, T> => {
    const found = new Map<Id, T>();
    for (const id of ids) {
      const value = read(id);
      if (value !== undefined) found.set(id, value);
    }
    return found;
  };

  return {
    relations: (viewer, accountIds) =>
      session.run((tables) => collect(accountIds, (id) => relation(tables, viewer, id))),
    requests: (viewer, accountIds) =>
      session.run((tables) =>
        collect(accountIds, (id) => {
          if (!tables.table<Account>('accounts').has(id)) return undefined;
          if (viewer === null) return NO_REQUESTS;
          const has = (table: string, from: Id, to: Id) => tables.table(table).has(keyOf(from, to));
          return {
            requested: has('follow_requests', viewer, id),
            requestedBy: has('follow_requests', id, viewer),
            friendRequested: has('friend_requests', viewer, id),
            friendRequestedBy: has('friend_requests', id, viewer),
          };
        }),
      ),
    posts: (viewer, postIds) =>
      session.run((tables) => collect(postIds, (id) => readPost(tables, viewer, id))),
    comments: (viewer, commentIds) =>
      session.run((tables) =>
        collect(commentIds, (id): ContentFacts | undefined => {
          const comment = tables.table<Comment>('comments').get(id);
          const author = comment && relation(tables, viewer, comment.authorId);
          if (!comment || !author) return undefined;
          const facts: ContentFacts = {
            id,
            kind: 'comment',
            status: comment.status,
            audience: 'container',
            expiresAt: null,
            author,
            commentPolicy: 'everyone',
            mentioned: false,
            container: null,
          };
          return {
            ...facts,
            container: readPost(tables, viewer, comment.postId) ?? { ...facts, status: 'deleted' },
          };
        }),
      ),
  };
}
