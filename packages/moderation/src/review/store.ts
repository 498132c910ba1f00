import type { Id, SubjectRef } from '@socialkit/core';
import type { ClusterKeys } from '../results/types.js';
import type { CaseLane, CaseState, CaseVote, Claim, ReviewCase } from './types.js';

/** Where a listing of cases goes on. */
export interface CasePosition {
  readonly rank: number;
  readonly id: Id;
}

/** Which cases are listed. */
export interface CaseQuery {
  readonly states: readonly CaseState[];
  /** Null for all queues. */
  readonly queue: string | null;
  /** Queues whose cases are left out. */
  readonly notQueues: readonly string[];
  readonly after: CasePosition | null;
  readonly limit: number;
}

/** Reads cases. No policy: they are for staff. */
export interface CaseReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, ReviewCase>>;
  /** Highest rank first, older ids first among equals. */
  list(query: CaseQuery): Promise<readonly ReviewCase[]>;
  /** Cases about one thing, newest first. */
  ofSubject(subject: SubjectRef, limit: number): Promise<readonly ReviewCase[]>;
  /**
   * Open cases of the first look that share something: a fingerprint at most 8 bits away, a domain, or an attachment. In
   * order of ids.
   */
  near(cluster: ClusterKeys, by: 'text' | 'domain' | 'media', limit: number): Promise<readonly ReviewCase[]>;
}

/** Who wants a case. */
export interface CaseClaim {
  readonly moderatorId: Id;
  readonly states: readonly CaseState[];
  /** Null for any queue. */
  readonly queue: string | null;
  readonly notQueues: readonly string[];
  /** Cases not to give. */
  readonly except: readonly Id[];
  readonly now: number;
  readonly until: number;
}

/** What may change about a case. */
export type CaseChange = Partial<
  Pick<
    ReviewCase,
    | 'queue'
    | 'category'
    | 'severity'
    | 'confidence'
    | 'reach'
    | 'source'
    | 'reportWeight'
    | 'reportCount'
    | 'trusted'
    | 'rank'
    | 'state'
    | 'resultId'
    | 'rules'
    | 'detectors'
    | 'notBy'
    | 'skips'
    | 'dueAt'
    | 'claim'
    | 'decidedAt'
    | 'decidedBy'
    | 'verdict'
    | 'overturnedAt'
  >
>;

/** Writes cases. */
export interface CaseWriter {
  /** @returns false when its subject's revision has an open or escalated case of this lane already; nothing is written then */
  insert(opened: ReviewCase): Promise<boolean>;
  /** Locks a case until the transaction ends, then reads it. */
  lock(id: Id): Promise<ReviewCase | null>;
  /** Locks the open or escalated cases of a subject in one lane, whatever their revision, in order of ids. */
  lockOpen(subject: SubjectRef, lane: CaseLane): Promise<readonly ReviewCase[]>;
  /** Writes fields of a locked case. */
  update(id: Id, change: CaseChange): Promise<void>;
  /**
   * Gives out the case of highest rank that nobody holds and that this moderator may have by `notBy` and authorship. Two
   * claimers never get the same case, and do not wait for each other. The claim has a token higher than any before it.
   */
  claim(wanted: CaseClaim): Promise<ReviewCase | null>;
  /** Pushes a claim's end. @returns false for a token that is not the newest, or a case that is not open */
  extend(id: Id, claim: Pick<Claim, 'moderatorId' | 'token' | 'until'>): Promise<boolean>;
  /** Marks open and escalated cases that are past their time, at most `limit`, once each. @returns them */
  breach(now: number, limit: number): Promise<readonly ReviewCase[]>;
}

/** Reads what moderators said. */
export interface VoteReader {
  /** In the order in which they were said. */
  ofCase(caseId: Id): Promise<readonly CaseVote[]>;
}

export interface VoteWriter {
  /** @returns false when this moderator has spoken in this case already; nothing is written then */
  insert(vote: CaseVote): Promise<boolean>;
}

/** How a queue stands. */
export interface QueueStats {
  readonly queue: string;
  /** Open and escalated cases. */
  readonly backlog: number;
  /** Unix milliseconds of the oldest of them; null without any. */
  readonly oldestAt: number | null;
  readonly breached: number;
  /** Opened and decided since the instant asked for. */
  readonly inbound: number;
  readonly decided: number;
  /** Median milliseconds from claim to vote, and from opening to verdict; null without any. */
  readonly handlingMs: number | null;
  readonly decisionMs: number | null;
}

/** How often decisions were overturned. */
export interface OverturnStats {
  readonly by: 'rule' | 'detector' | 'moderator';
  readonly name: string;
  /** Restrictions decided. */
  readonly decided: number;
  readonly overturned: number;
}

/** Counts cases; nothing is kept for it. */
export interface CaseStatsReader {
  queues(since: number): Promise<readonly QueueStats[]>;
  /** Most decided first, at most 1000. */
  overturned(since: number): Promise<readonly OverturnStats[]>;
}

export interface CaseReaders {
  readonly cases: CaseReader;
  readonly votes: VoteReader;
  readonly caseStats: CaseStatsReader;
}

export interface CaseStores {
  readonly cases: CaseReader & CaseWriter;
  readonly votes: VoteReader & VoteWriter;
  readonly caseStats: CaseStatsReader;
}
