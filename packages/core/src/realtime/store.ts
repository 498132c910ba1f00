import type { Id } from '../kernel/ids.js';
import type { StreamEpochs, StreamEvent } from './streams.js';

/** Reads user streams. */
export interface UserStreamReader {
  /** The offset of the newest event of each account's stream; 0 for one without events, every account asked for is there. */
  heads(ids: readonly Id[]): Promise<ReadonlyMap<Id, number>>;
  /**
   * Events behind `after`, in order and without a hole, at most `limit`.
   * @returns null when the log no longer reaches back to `after`
   */
  after(id: Id, after: number, limit: number): Promise<readonly StreamEvent[] | null>;
}

/** What a node must know of an account that is connected to it. */
export interface Standing {
  /** Its sessions are served: it exists and is not suspended. */
  readonly served: boolean;
  /** Accounts that it blocks or that block it. */
  readonly blocked: ReadonlySet<Id>;
}

/** Reads who the connected accounts are, many at a time. */
export interface AudienceReader {
  /** One entry for every account asked for; one that does not exist is not served. One statement. */
  standings(ids: readonly Id[]): Promise<ReadonlyMap<Id, Standing>>;
  /**
   * Of these accounts, those whose content nobody but themselves may see: suspended, deactivated, gone. As the policy's
   * `canViewAccount` answers for a stranger. One statement.
   */
  hiddenAmong(ids: readonly Id[]): Promise<ReadonlySet<Id>>;
  /** Of `among`, those who follow at least one of the authors. One statement. */
  followersOf(authorIds: readonly Id[], among: readonly Id[]): Promise<ReadonlySet<Id>>;
  /** Of `among`, those who are friends of at least one of the authors. One statement. */
  friendsOf(authorIds: readonly Id[], among: readonly Id[]): Promise<ReadonlySet<Id>>;
}

/** The reading ports of realtime, as they stand among the readers of the core. */
export interface RealtimeReaders {
  readonly userStreams: UserStreamReader;
  readonly audience: AudienceReader;
  readonly epochs: StreamEpochs;
}
