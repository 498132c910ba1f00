import type { CommentPolicy, ContentStatus, Viewer, Visibility } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { Poll, Post, PostContent, PostRevision } from './types.js';
import type { HydratedPost } from './view.js';

/** A page of a listing: strictly below `after`, newest (highest id) first, at most `limit`; fewer mean it is exhausted. */
export interface PostSlice {
  readonly after: Id | null;
  readonly limit: number;
}

/** Reads posts as they are stored. No policy: what a viewer may see is `views` and the facts. */
export interface PostReader {
  /** The post of an id or of the draft id it had before; null when there is none. Deleted ones are found. */
  find(id: Id): Promise<Post | null>;
  /** The ids that drafts were published under, by draft id; ids that never were drafts are absent. */
  aliases(ids: readonly Id[]): Promise<ReadonlyMap<Id, Id>>;
  /** Drafts and scheduled posts of an author. */
  unpublished(authorId: Id, slice: PostSlice): Promise<readonly Post[]>;
  countUnpublished(authorId: Id): Promise<number>;
  /** Replaced versions, highest revision first, strictly below `after`. */
  revisions(
    postId: Id,
    slice: { readonly after: number | null; readonly limit: number },
  ): Promise<readonly PostRevision[]>;
}

/** A new post: everything but what the store decides. */
export type NewPost = Post;

/** Fields of a post to set. */
export type PostChange = Partial<
  PostContent & {
    readonly status: ContentStatus;
    readonly visibility: Visibility;
    readonly commentPolicy: CommentPolicy;
    readonly label: string | null;
    readonly demoted: boolean;
    readonly scheduledAt: number | null;
    readonly publishedAt: number | null;
    readonly editedAt: number | null;
    readonly deletedAt: number | null;
  }
>;

/** Writes posts. Counters and events are the use case's. */
export interface PostWriter {
  insert(post: NewPost): Promise<void>;
  /**
   * Sets fields and counts the revision up by one, provided the stored revision is still `revision`.
   * @returns false, with nothing written, when it is not
   */
  update(id: Id, revision: number, change: PostChange): Promise<boolean>;
  /** Gives a draft the id it is published under, with its poll; the old id stays an alias for ever. */
  rename(draftId: Id, id: Id): Promise<void>;
  /** Keeps a replaced version. */
  addRevision(revision: PostRevision): Promise<void>;
  /** Makes exactly these accounts the mentioned ones of a post. */
  setMentions(postId: Id, accountIds: readonly Id[]): Promise<void>;
  /** Makes exactly these the hashtags a published public post is listed under. @returns what changed, for the counters */
  setHashtags(
    postId: Id,
    tags: readonly string[],
  ): Promise<{ readonly added: readonly string[]; readonly removed: readonly string[] }>;
  /** Forgets replaced versions and mentions of a deleted post. */
  purge(postId: Id): Promise<void>;
  /** Sets the author's `lastPostId` to his newest published post: after anything of his was published or withdrawn. */
  touchAuthor(authorId: Id): Promise<void>;
}

/** Who reposted a post. */
export interface Repost {
  readonly authorId: Id;
  readonly originalId: Id;
  /** The wrapper. */
  readonly postId: Id;
}

/** Reads which account reposted what. */
export interface RepostReader {
  /** The wrapper by which `authorId` reposted `originalId`, or null. */
  find(authorId: Id, originalId: Id): Promise<Id | null>;
  /** Reposts of one original, by wrapper id. */
  ofOriginal(originalId: Id, slice: PostSlice): Promise<readonly Repost[]>;
}

/** Writes it: one repost per account and original. */
export interface RepostWriter {
  /** @returns false, with nothing written, when the account already reposted the original */
  insert(repost: Repost): Promise<boolean>;
  /** @returns the wrapper it removed, or null */
  remove(authorId: Id, originalId: Id): Promise<Id | null>;
}

/** Reads polls. Never shown without the policy and the rules of `poll.ts`. */
export interface PollReader {
  find(postId: Id): Promise<Poll | null>;
  /** The positions on the ballot of a user, ascending; null when he has not voted. */
  ballot(postId: Id, userId: Id): Promise<readonly number[] | null>;
}

/** Writes polls. */
export interface PollWriter {
  /** Writes the poll of a post that is not published, in place of the one it may have. */
  put(poll: Poll): Promise<void>;
  /** Starts it. @param expiresAt Unix ms */
  open(postId: Id, expiresAt: number): Promise<void>;
  /**
   * Puts one ballot in: options and voters are counted with it.
   * @returns false, with nothing written, when the user has voted before
   */
  cast(postId: Id, userId: Id, positions: readonly number[]): Promise<boolean>;
  /** Removes the poll with its ballots. */
  remove(postId: Id): Promise<void>;
}

/** A bookmark: its id carries the time and orders the list. */
export interface Bookmark {
  readonly userId: Id;
  readonly postId: Id;
  readonly id: Id;
}

/** Reads an account's own bookmarks; nobody else's business. */
export interface BookmarkReader {
  /** By bookmark id. */
  list(userId: Id, slice: PostSlice): Promise<readonly Bookmark[]>;
}

/** Writes bookmarks. */
export interface BookmarkWriter {
  /** @returns false when it was there */
  insert(bookmark: Bookmark): Promise<boolean>;
  /** @returns the id of the bookmark it removed, or null */
  remove(userId: Id, postId: Id): Promise<Id | null>;
}

/** Reads what is on top of profiles. */
export interface PinReader {
  /** Pinned posts, last pinned first. */
  list(userId: Id): Promise<readonly Id[]>;
}

/** Writes it. The limit is the use case's, under a lock of the account. */
export interface PinWriter {
  /** @returns false when it was there */
  insert(userId: Id, postId: Id, id: Id): Promise<boolean>;
  /** @returns whether there was one */
  remove(userId: Id, postId: Id): Promise<boolean>;
}

/** One published post in a listing that has not been hydrated. */
export interface PostEntry {
  readonly id: Id;
  readonly authorId: Id;
  /** Set for plain reposts. */
  readonly repostOfId: Id | null;
}

/** What to list. */
export interface PostListing extends PostSlice {
  /** Leaves out plain reposts. @default true */
  readonly reposts?: boolean;
  /** Only posts with attachments: plain reposts are left out too. @default false */
  readonly mediaOnly?: boolean;
}

/**
 * Lists published posts for feeds: ids only, newest first, without any policy: whoever lists hydrates, and hydration
 * decides. Exact: what is missing from a page is not published.
 */
export interface PostSkeletonReader {
  byAuthor(authorId: Id, listing: PostListing): Promise<readonly PostEntry[]>;
  /** Of up to 5,000 authors at once. */
  byAuthors(authorIds: readonly Id[], listing: PostListing): Promise<readonly PostEntry[]>;
  /** Public posts with a hashtag in canonical form. */
  byHashtag(tag: string, listing: PostListing): Promise<readonly PostEntry[]>;
  /** Public posts of anybody. */
  recentPublic(listing: PostListing): Promise<readonly PostEntry[]>;
  /** Posts that quote a post. */
  quotesOf(postId: Id, slice: PostSlice): Promise<readonly PostEntry[]>;
}

/** What a listing wants to know besides what is always answered. */
export interface ViewOptions {
  /**
   * Fills `relation.follows` for every author. Without it, it is only right where the audience depends on it.
   * @default false
   */
  readonly follows?: boolean;
}

/** Turns ids into what a viewer gets to see: the only way posts leave the stores. */
export interface PostViewReader {
  /**
   * One entry per id, in order: the post as this viewer may see it now, or null when he may not, or there is none.
   * Policy, counts and the viewer's own state are read fresh by every call. Up to 400 ids. Draft ids of published posts
   * are not resolved here: see `PostReader.aliases`.
   */
  views(viewer: Viewer, ids: readonly Id[], options?: ViewOptions): Promise<readonly (HydratedPost | null)[]>;
}

/** The reading ports of the slice, as they stand among the readers of the core. */
export interface PostReaders {
  readonly posts: PostReader;
  readonly reposts: RepostReader;
  readonly polls: PollReader;
  readonly bookmarks: BookmarkReader;
  readonly pins: PinReader;
  readonly postSkeletons: PostSkeletonReader;
  readonly postViews: PostViewReader;
}

/** The ports of the slice inside a unit of work. */
export interface PostStores {
  readonly posts: PostReader & PostWriter;
  readonly reposts: RepostReader & RepostWriter;
  readonly polls: PollReader & PollWriter;
  readonly bookmarks: BookmarkReader & BookmarkWriter;
  readonly pins: PinReader & PinWriter;
}
