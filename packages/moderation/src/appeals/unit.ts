import type {
  Actor,
  GroundsSource,
  Id,
  Runtime,
  StreamPublisher,
  SubjectRef,
  UnitOfWork,
} from '@socialkit/core';
import type { MeasuresDeps } from '../measures/unit.js';
import type { ModerationReading, ModerationUnit } from '../stores.js';
import type { Appeal, AppealView } from './types.js';

/** What an appeal is decided in: a case of the queue `appeals`, in the caller's transaction. */
export type OpenAppealCase = (
  stores: ModerationUnit,
  matter: {
    readonly subject: SubjectRef;
    readonly revision: number;
    readonly queue: string;
    readonly category: string;
    readonly severity: 1 | 2 | 3 | 4;
    readonly confidence: 1;
    readonly source: GroundsSource;
    readonly notBy: readonly Id[];
  },
) => Promise<{ readonly caseId: Id }>;

/** When a rule loses the right to remove by itself, with everything filled in. */
export interface StandingSettings {
  readonly minOverturned: number;
  readonly minPrecision: number;
}

/** What appeals work on. */
export interface AppealDeps {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly readers: ModerationReading;
  readonly runtime: Runtime;
  readonly measures: MeasuresDeps<ModerationUnit, ModerationReading>;
  readonly openCase: OpenAppealCase;
  readonly publisher: Pick<StreamPublisher, 'publish'>;
  readonly settings: StandingSettings & {
    /** Milliseconds in which a decision can be appealed against. */
    readonly windowMs: number;
  };
}

/** A verdict about a case of the queue `appeals`. */
export interface AppealVerdict {
  readonly actor: Actor;
  readonly case: { readonly id: Id };
  readonly verdict: {
    readonly decision: string;
    readonly reason: string;
  };
}

/** What appeals tell the others. Nothing of it says who decided. */
export interface AppealEvents {
  'appeal.filed': AppealEvent;
  'appeal.decided': AppealEvent & { readonly state: Exclude<Appeal['state'], 'pending'> };
}

interface AppealEvent {
  readonly appealId: Id;
  readonly appellantId: Id;
  readonly subjectKind: SubjectRef['kind'];
  readonly subjectId: string;
}

declare module '@socialkit/core' {
  interface EventMap extends AppealEvents {}
}

/** The fields every event about an appeal carries. */
export const appealEventOf = ({ id, appellantId, subject }: Appeal) => ({
  appealId: id,
  appellantId,
  subjectKind: subject.kind,
  subjectId: subject.id,
});

/** An appeal as its appellant sees it: not who decides, nor in which case. */
export const appealViewOf = (appeal: Appeal): AppealView => ({
  id: appeal.id,
  party: appeal.party,
  decisionId: appeal.decisionId,
  subject: { kind: appeal.subject.kind, id: appeal.subject.id },
  text: appeal.text,
  category: appeal.category,
  state: appeal.state,
  at: appeal.at,
  decidedAt: appeal.decidedAt,
  answer: appeal.answer,
});
