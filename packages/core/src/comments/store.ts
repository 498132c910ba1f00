import type { Id } from '../kernel/ids.js';
import type { TextEntity } from '../text-entities/index.js';
import type { Comment, CommentSort, CommentStatus } from './types.js';

/** What is kept about all comments of one post. */
export interface CommentThread {
  readonly postId: Id;
  /** The smallest and the largest id of its comments: reads stay within them. */
  readonly firstId: Id;
  readonly lastId: Id;
  readonly pinnedId: Id | null;
}

/** A place in a level: the id, and for the order `top` the reactions it had when it was listed. */
export interface LevelPosition {
  readonly id: Id;
  readonly count: number;
}

/** One level to read: what hangs right below one post or comment. */
export interface LevelParent {
  /** The post, or the comment. */
  readonly id: Id;
  /** Strictly behind this place; null from the beginning. */
  readonly after: LevelPosition | null;
}

/** What to read of levels. */
export interface LevelQuery {
  readonly thread: CommentThread;
  /** Levels of the same thread, at most 500. */
  readonly parents: readonly LevelParent[];
  readonly sort: CommentSort;
  /** Whose comments are listed whatever state they are in, short of deleted; null for nobody's. */
  readonly viewer: Id | null;
  /**
   * Comments hidden by the author of the post: left out (but for the viewer's own), listed like the others, or
   * listed alone.
   */
  readonly hidden: 'exclude' | 'include' | 'only';
  /** Per level. */
  readonly limit: number;
}

/** Reads comments as they are stored. No policy: what a viewer may see is for the facts. */
export interface CommentReader {
  /** Ids that do not exist are absent; deleted ones are found. */
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Comment>>;
  /** Null for a post that never had a comment. */
  thread(postId: Id): Promise<CommentThread | null>;
  /**
   * For each parent the comments right below it that have a place in the thread (see `place.ts`) or are the viewer's
   * own, in order, in one statement. Parents without any are absent.
   *
   * `top` sorts by a value that moves: a comment whose reactions change between two pages can be listed on both or on
   * neither. The other orders never repeat or skip.
   */
  levels(query: LevelQuery): Promise<ReadonlyMap<Id, readonly Comment[]>>;
  /** Comments of an author that are not deleted, newest first, strictly older than `before`. */
  ofAuthor(
    authorId: Id,
    slice: { readonly before: Id | null; readonly limit: number },
  ): Promise<readonly Comment[]>;
}

/** What an edit replaces. */
export interface CommentEdit {
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly label: string | null;
  /** Unix milliseconds. */
  readonly editedAt: number;
}

/** Writes comments. Counters and events are the use case's, and so is the lock of the post's row, which all of them hold. */
export interface CommentWriter {
  /** A new comment: its counters are zero. The thread of the post grows with it. */
  insert(comment: Comment): Promise<void>;
  /** Replaces what was written and counts the revision up. @returns the new revision, null when there is no such comment or it is deleted */
  edit(id: Id, edit: CommentEdit): Promise<number | null>;
  /**
   * Moves a comment from one state to another; the first move to `published` sets `publishedAt`.
   * @param at Unix ms @returns false, with nothing written, when it is not in `from`
   */
  move(id: Id, from: CommentStatus, to: Exclude<CommentStatus, 'deleted'>, at: number): Promise<boolean>;
  /**
   * Deletes a comment and what was written in it, with its label, keeping its row, and unpins it.
   * @param at Unix ms @returns false when it is deleted already or does not exist
   */
  erase(id: Id, at: number): Promise<boolean>;
  /** Sets the warning it is shown with; the revision stays. */
  setLabel(id: Id, label: string | null): Promise<void>;
  /** @param at Unix ms, or null to show it again @returns whether that changed anything */
  setHidden(id: Id, at: number | null): Promise<boolean>;
  /** Pins one comment of a post, or none. @returns whether that changed anything; false for a post without comments */
  setPinned(postId: Id, commentId: Id | null): Promise<boolean>;
}
