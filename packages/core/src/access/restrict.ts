import { type Actor, systemActor } from '../kernel/actor.js';
import type { AuditWriter } from '../kernel/audit.js';
import { actorIdOf } from '../kernel/events.js';
import type { Id, Ids } from '../kernel/ids.js';
import type { Outbox } from '../kernel/outbox.js';
import type { Clock } from '../kernel/runtime.js';
import type { GateVerdict } from './content-gate.js';
import type { ContentStatus } from './facts.js';
import type {
  Grounds,
  Measure,
  MeasureEnd,
  MeasureReader,
  MeasureWriter,
  RestrictionKind,
  SubjectRef,
} from './measures.js';

/** What restricting needs of a unit of work. */
export interface RestrictionStores {
  readonly measures: MeasureReader & MeasureWriter;
  readonly outbox: Outbox;
  readonly audit: AuditWriter;
}

/** Time and ids of what is written. */
export interface RestrictionDeps {
  readonly clock: Clock;
  readonly ids: Ids;
}

/** A decision to restrict one subject in one way. */
export interface Ruling {
  readonly kind: RestrictionKind;
  /** @default null */
  readonly label?: string | null;
  /** Unix ms at which it ends by itself. @default null, it stays */
  readonly until?: number | null;
  /** @default the id of the measure */
  readonly decisionId?: Id;
  /** @default null */
  readonly caseId?: Id | null;
  readonly grounds: Grounds;
}

/** What is restricted, as its slice knows it. */
export interface Restricted {
  readonly subject: SubjectRef;
  readonly authorId: Id;
  readonly revision: number | null;
  /** Unix ms. */
  readonly contentAt: number;
  readonly language?: string | null;
}

/** The content gate as an actor: what it restricts is nobody's personal decision. */
export const contentGateActor = systemActor('content_gate');

/** Whether a measure is the content gate's: what it set, an accepted edit takes back. */
export const isOfGate = (measure: Pick<Measure, 'actorId'>): boolean =>
  measure.actorId === actorIdOf(contentGateActor);

const eventOf = (measure: Measure) => ({
  measureId: measure.id,
  decisionId: measure.decisionId,
  subjectKind: measure.subject.kind,
  subjectId: measure.subject.id,
  authorId: measure.authorId,
  kind: measure.kind,
  caseId: measure.caseId,
});

/** What the staff log keeps of a measure: what reports count, and no words of anybody. */
const onRecord = ({ subject, kind, grounds, ...measure }: Measure) => ({
  decisionId: measure.decisionId,
  subjectKind: subject.kind,
  subjectId: subject.id,
  kind,
  category: grounds.category,
  ground: grounds.ground,
  source: grounds.source,
  ruleId: grounds.ruleId ?? null,
  detector: grounds.detector?.id ?? null,
  automatedDetection: grounds.automatedDetection,
  automatedDecision: grounds.automatedDecision,
  contentAt: measure.contentAt,
  until: measure.until,
  caseId: measure.caseId,
});

/**
 * Puts a restriction on record, in the transaction that makes it: the measure, which is its statement of reasons, a row of the
 * staff log, and `measure.applied`. The caller holds the subject's lock and writes the effect itself.
 */
export async function restrict(
  stores: RestrictionStores,
  { clock, ids }: RestrictionDeps,
  actor: Actor,
  restricted: Restricted,
  ruling: Ruling,
): Promise<Measure> {
  const id = ids.next();
  const measure: Measure = {
    id,
    decisionId: ruling.decisionId ?? id,
    subject: restricted.subject,
    authorId: restricted.authorId,
    revision: restricted.revision,
    kind: ruling.kind,
    label: ruling.label ?? null,
    until: ruling.until ?? null,
    caseId: ruling.caseId ?? null,
    grounds: ruling.grounds,
    actorId: actorIdOf(actor),
    at: clock.now(),
    contentAt: restricted.contentAt,
    language: restricted.language ?? null,
    endedAt: null,
    end: null,
  };
  await stores.measures.insert(measure);
  await stores.audit.append({
    actor,
    action: 'measures.apply',
    subject: { kind: 'measure', id },
    details: onRecord(measure),
  });
  await stores.outbox.append({
    type: 'measure.applied',
    actor,
    payload: { ...eventOf(measure), until: measure.until },
  });
  return measure;
}

/**
 * Ends measures of one subject, in the transaction that takes their effect back. Those that have ended stay as they are.
 * @param reason for the staff log
 * @returns the ones that ended now
 */
export async function endMeasures(
  stores: RestrictionStores,
  { clock }: Pick<RestrictionDeps, 'clock'>,
  actor: Actor,
  measures: readonly Measure[],
  end: MeasureEnd,
  reason?: string,
): Promise<readonly Measure[]> {
  if (measures.length === 0) return [];
  const ended = await stores.measures.end(
    measures.map(({ id }) => id),
    end,
    clock.now(),
  );
  for (const measure of ended) {
    await stores.audit.append({
      actor,
      action: 'measures.end',
      subject: { kind: 'measure', id: measure.id },
      details: { ...onRecord(measure), end, ...(reason === undefined ? {} : { reason }) },
    });
    await stores.outbox.append({ type: 'measure.ended', actor, payload: { ...eventOf(measure), end } });
  }
  return ended;
}

/**
 * What gives content back when a measure has ended: a takedown is restored, a hold released; null when another of its kind
 * still holds, or the content is in neither state.
 * @param rest measures of the subject that hold now
 */
export function moveBack(
  measure: Pick<Measure, 'kind'>,
  status: ContentStatus | 'expired',
  rest: readonly Pick<Measure, 'kind'>[],
): 'restore' | 'release' | null {
  if (rest.some(({ kind }) => kind === measure.kind)) return null;
  if (measure.kind === 'remove' && status === 'flagged') return 'restore';
  return measure.kind === 'hold' && status === 'under_review' ? 'release' : null;
}

/** The measures of a subject that hold, of the given kinds. */
export const holding = async (
  stores: Pick<RestrictionStores, 'measures'>,
  subject: SubjectRef,
  kinds: readonly RestrictionKind[],
): Promise<readonly Measure[]> =>
  (await stores.measures.active(subject)).filter(({ kind }) => kinds.includes(kind));

/** The label that measures leave on a subject: that of the newest. */
export const labelOf = (measures: readonly Measure[]): string | null =>
  measures.findLast(({ kind }) => kind === 'label' || kind === 'blur')?.label ?? null;

/** The grounds of a decision that a moderator took without a case: his reason is all there is. */
export const staffGrounds = (reason: string | null): Grounds => ({
  source: 'own_initiative',
  category: 'other',
  facts: reason || 'A moderator looked at it.',
  ground: 'incompatible',
  groundText: 'The terms of this platform.',
  explanation: reason || 'A moderator decided that it falls under them.',
  automatedDetection: false,
  automatedDecision: 'none',
});

/** What the content gate said, for the events about the content. */
export const referenceOf = ({
  reference,
}: {
  readonly reference?: string;
}): { readonly reference?: string } => (reference === undefined ? {} : { reference });

/** Puts on record what the content gate restricts, in the transaction that writes the content; nothing for what it allows. */
export async function restrictByGate(
  stores: RestrictionStores,
  deps: RestrictionDeps,
  restricted: Restricted,
  verdict: Exclude<GateVerdict, { decision: 'reject' }>,
): Promise<void> {
  if (verdict.decision === 'allow') return;
  await restrict(stores, deps, contentGateActor, restricted, {
    kind: verdict.decision,
    label: verdict.decision === 'blur' ? verdict.label : null,
    grounds: gateGrounds(verdict),
  });
}

/** The grounds of what the content gate decided; what it does not say is filled in. */
export function gateGrounds(verdict: Extract<GateVerdict, { decision: 'blur' | 'hold' }>): Grounds {
  const reasons = verdict.reasons ?? [];
  const rules = reasons.length > 0 ? reasons.join(', ') : verdict.decision;
  return {
    source: 'automated',
    category: 'other',
    ...(reasons[0] === undefined ? {} : { ruleId: reasons[0] }),
    facts: `An automated check of the content matched: ${rules}.`,
    ground: 'incompatible',
    groundText: 'The terms of this platform.',
    explanation:
      verdict.decision === 'hold'
        ? 'It waits until a person has looked at it.'
        : 'It is shown behind a warning.',
    automatedDetection: true,
    automatedDecision: verdict.decision === 'hold' ? 'partial' : 'full',
    ...verdict.grounds,
  };
}
