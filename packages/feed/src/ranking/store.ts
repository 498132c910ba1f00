import type { Id } from '@socialkit/core';
import type { StoredProfile } from './experiments.js';
import type { Because } from './types.js';

/** One item of a list as it is kept: ids, scores and what the reasons rest on; permission is decided at every read. */
export interface ListedItem {
  readonly id: Id;
  readonly score: number;
  readonly because: readonly Because[];
  readonly propensity?: number;
}

/** A ranked list of one user. */
export interface RankedList {
  /** Names the list in cursors; time-ordered. */
  readonly snapshot: Id;
  /** Version of the profile it was made with. */
  readonly profile: string;
  /** What it was made from: a list whose mark no longer matches is made anew. */
  readonly mark: string;
  readonly items: readonly ListedItem[];
}

/** A list and whose it is. */
export interface OwnedList {
  readonly userId: Id;
  readonly list: RankedList;
}

/** Items of one kept list at most. */
export const MAX_LIST = 200;

/** Ranked lists, kept for pages and for the next visit. They may be lost at any time. Single statements. */
export interface RankedListStore {
  /** The newest list of a kind, or null. */
  latest(kind: string, userId: Id): Promise<RankedList | null>;
  /** One list by its snapshot, or null when it is gone. */
  find(kind: string, userId: Id, snapshot: Id): Promise<RankedList | null>;
  /** Writes lists; of each user the newest two of a kind stay, so that a page under way goes on. */
  put(kind: string, lists: readonly OwnedList[]): Promise<void>;
  /** Forgets every list of a kind of these users. */
  drop(kind: string, userIds: readonly Id[]): Promise<void>;
}

/** Weight sets under experiment. Single statements. */
export interface ProfileStore {
  /** The experiments of a kind, by version. */
  experiments(kind: string): Promise<readonly StoredProfile[]>;
  /** Writes an experiment; a share of 0 ends it. */
  put(kind: string, experiment: StoredProfile): Promise<void>;
}

/** What users do not want to be shown. Single statements. */
export interface DismissalStore {
  /** Remembers it until then (Unix ms); a second time moves the end. */
  dismiss(userId: Id, kind: string, item: string, until: number): Promise<void>;
  /** @returns whether there was one */
  restore(userId: Id, kind: string, item: string): Promise<boolean>;
  /** Those of `items` that are dismissed at `now`. */
  among(userId: Id, kind: string, items: readonly string[], now: number): Promise<ReadonlySet<string>>;
}

/** One item that was shown. */
export interface Served {
  /** The request; time-ordered. */
  readonly requestId: Id;
  readonly userId: Id;
  readonly kind: string;
  readonly item: string;
  /** From 0. */
  readonly position: number;
  /** The source that contributed most. */
  readonly source: string;
  readonly profile: string;
  /** 1 where nothing was left to chance. */
  readonly propensity: number;
}

/** What was shown to whom: written after the answer. Single statements. */
export interface ServedLog {
  /** Appends; what is there already stays as it is. */
  append(served: readonly Served[]): Promise<void>;
  /** Items of a kind shown to a user with request ids from `since` on, the newest 2,000 at most. */
  since(userId: Id, kind: string, since: Id): Promise<readonly Served[]>;
}

/** The ranking's own ports. */
export interface RankingStores {
  readonly lists: RankedListStore;
  readonly profiles: ProfileStore;
  readonly dismissals: DismissalStore;
  readonly served: ServedLog;
}
