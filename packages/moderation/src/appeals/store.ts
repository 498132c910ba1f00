import type { Id } from '@socialkit/core';
import type { Appeal, AppealState, RuleStanding } from './types.js';

/** Reads appeals. No policy: who may see one is for the callers. */
export interface AppealReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Appeal>>;
  /** Of one appellant, newest first, strictly below `after`. */
  ofAppellant(
    appellantId: Id,
    slice: { readonly after: Id | null; readonly limit: number },
  ): Promise<readonly Appeal[]>;
  /** The appeals of one account against decisions, by decision; decisions without one are absent. */
  against(decisionIds: readonly Id[], appellantId: Id): Promise<ReadonlyMap<Id, Appeal>>;
  /** Appeals that wait for the verdict of a case, oldest first. */
  pendingOfCase(caseId: Id): Promise<readonly Appeal[]>;
  /** Appeals that wait about a decision, oldest first. */
  pendingOfDecision(decisionId: Id): Promise<readonly Appeal[]>;
}

/** Writes appeals. */
export interface AppealWriter {
  /** @returns false, with nothing written, when the appellant appealed against the decision before */
  insert(appeal: Appeal): Promise<boolean>;
  /** Moves a pending appeal to another case. @returns false when it does not wait any more */
  move(id: Id, caseId: Id): Promise<boolean>;
  /** Decides a pending appeal. @param at Unix ms @returns false when it does not wait any more */
  decide(id: Id, to: Exclude<AppealState, 'pending'>, answer: string | null, at: number): Promise<boolean>;
}

/** Reads how rules stand. */
export interface RuleStandingReader {
  /** By rule id, strictly behind `after`. */
  list(slice: { readonly after: string | null; readonly limit: number }): Promise<readonly RuleStanding[]>;
  /** Rules that do not remove by themselves any more. */
  demoted(): Promise<readonly string[]>;
}

/** Writes how rules stand. */
export interface RuleStandingWriter {
  /** Counts a decision on appeal. @returns the counts as they are now */
  count(ruleId: string, outcome: 'upheld' | 'overturned'): Promise<RuleStanding>;
  /** Takes the right to remove, or gives it back with the counts at zero. @param at Unix ms or null @returns whether that changed anything */
  setDemoted(ruleId: string, at: number | null): Promise<boolean>;
}

/** The ports of this slice inside a unit of work. */
export interface AppealStores {
  readonly appeals: AppealReader & AppealWriter;
  readonly ruleStandings: RuleStandingReader & RuleStandingWriter;
}

/** Its reading ports. */
export interface AppealReaders {
  readonly appeals: AppealReader;
  readonly ruleStandings: RuleStandingReader;
}
