import type { Id } from '../kernel/ids.js';

/** A muted word or phrase, in canonical form. */
export interface MutedWord {
  readonly word: string;
  readonly id: Id;
  /** Unix milliseconds from which it no longer holds; null for no end. */
  readonly expiresAt: number | null;
}

/** A muted thread: the post and everything under it. */
export interface MutedThread {
  readonly postId: Id;
  readonly id: Id;
  readonly expiresAt: number | null;
}

/** A followed hashtag, in canonical form. */
export interface FollowedHashtag {
  readonly tag: string;
  readonly id: Id;
}

/** A page of an account's own entries, newest first, strictly below `after`. */
export interface TopicQuery {
  readonly after: Id | null;
  readonly limit: number;
}

/** Reads what an account mutes and follows besides accounts. Expired entries are never returned. */
export interface TopicReader {
  mutedWords(userId: Id, query: TopicQuery & { readonly now: number }): Promise<readonly MutedWord[]>;
  mutedThreads(userId: Id, query: TopicQuery & { readonly now: number }): Promise<readonly MutedThread[]>;
  /** Those of `postIds` whose thread `userId` mutes at `now`. */
  mutedAmong(userId: Id, postIds: readonly Id[], now: number): Promise<ReadonlySet<Id>>;
  hashtags(userId: Id, query: TopicQuery): Promise<readonly FollowedHashtag[]>;
  followsHashtag(userId: Id, tag: string): Promise<boolean>;
  /** Entries of one kind, expired ones included: what a limit counts. */
  count(userId: Id, kind: 'words' | 'threads' | 'hashtags'): Promise<number>;
}

/** Writes them. */
export interface TopicWriter {
  /** Makes the entry; one that holds at `now` keeps its id and gets the new expiry. @returns whether anything changed */
  muteWord(userId: Id, word: MutedWord, now: number): Promise<boolean>;
  /** @returns whether there was an unexpired one at `now` */
  unmuteWord(userId: Id, word: string, now: number): Promise<boolean>;
  /** Makes the entry; one that holds at `now` keeps its id and gets the new expiry. @returns whether anything changed */
  muteThread(userId: Id, thread: MutedThread, now: number): Promise<boolean>;
  /** @returns whether there was an unexpired one at `now` */
  unmuteThread(userId: Id, postId: Id, now: number): Promise<boolean>;
  /** Removes the words and threads of `userId` that ended before `now`. */
  removeExpired(userId: Id, now: number): Promise<void>;
  /** Inserts unless there is one. @returns whether it was new */
  followHashtag(userId: Id, hashtag: FollowedHashtag): Promise<boolean>;
  /** @returns whether there was one */
  unfollowHashtag(userId: Id, tag: string): Promise<boolean>;
}
