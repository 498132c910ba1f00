import type { Id, SubjectKind } from '@socialkit/core';
import type { CaseLane, VerdictDecision } from './types.js';

interface CaseEvent {
  readonly caseId: Id;
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
}

/** What the review tells the others. Nothing of it says who reported or who decided. */
export interface CaseEvents {
  'case.opened': CaseEvent & { readonly queue: string; readonly lane: CaseLane };
  'case.escalated': CaseEvent & { readonly queue: string };
  'case.superseded': CaseEvent;
  /** It was not decided in the time its queue is given. */
  'case.breached': CaseEvent & { readonly queue: string; readonly dueAt: number };
  'case.decided': CaseEvent & {
    readonly lane: CaseLane;
    readonly queue: string;
    readonly decision: VerdictDecision;
    readonly category: string;
  };
  /** A blind second look came to another verdict than the first. */
  'case.disagreed': CaseEvent & { readonly ofCaseId: Id };
}

declare module '@socialkit/core' {
  interface EventMap extends CaseEvents {}
}
