import type { Measure, RestrictionKind } from '@socialkit/core';
import type { Appeal } from '../appeals/types.js';
import { letterOf, type StatementTemplates, templateFor } from './templates.js';
import type { EnforcementState, Statement, StatementAppealState } from './types.js';

/** What statements say beside their measure. */
export interface StatementSettings {
  /** Milliseconds in which a decision can be appealed against. */
  readonly windowMs: number;
  /** ISO 3166 codes; empty: everywhere. */
  readonly territory: readonly string[];
  /** Bodies that settle disputes out of court, for the addressee to read. */
  readonly outOfCourt: string | null;
  readonly templates: StatementTemplates;
}

const ENFORCED: Readonly<Record<RestrictionKind, EnforcementState>> = {
  label: 'labeled',
  blur: 'labeled',
  hold: 'held',
  demote: 'demoted',
  limit: 'limited',
  remove: 'removed',
  suspend: 'suspended',
};

/** Unix ms until which a measure can be appealed against; null for what nobody has decided yet. */
export const appealableUntil = (
  { kind, at }: Pick<Measure, 'kind' | 'at'>,
  windowMs: number,
): number | null => (kind === 'hold' ? null : at + windowMs);

function appealStateOf(
  measure: Measure,
  appeal: Appeal | undefined,
  until: number | null,
  now: number,
): StatementAppealState {
  if (appeal)
    return appeal.state === 'pending' ? 'pending' : appeal.state === 'superseded' ? 'superseded' : 'resolved';
  if (measure.endedAt !== null) return 'superseded';
  return until !== null && until <= now ? 'expired' : 'none';
}

/** A measure as the statement of reasons its addressee reads. @param now Unix ms */
export function statementOf(
  measure: Measure,
  appeal: Appeal | undefined,
  settings: StatementSettings,
  { locale, now }: { readonly locale: string; readonly now: number },
): Statement {
  const { grounds } = measure;
  const until = appealableUntil(measure, settings.windowMs);
  const statement: Omit<Statement, 'text'> = {
    id: measure.id,
    decisionId: measure.decisionId,
    subject: { kind: measure.subject.kind, id: measure.subject.id },
    at: measure.at,
    kind: measure.kind,
    label: measure.label,
    enforcement: measure.endedAt === null ? ENFORCED[measure.kind] : 'none',
    until: measure.until,
    endedAt: measure.endedAt,
    end: measure.end,
    territory: settings.territory,
    category: grounds.category,
    facts: grounds.facts,
    // A notice is a notice: whose, and how many, is not for its addressee to know.
    source: grounds.source === 'report' || grounds.source === 'trusted_report' ? 'notice' : grounds.source,
    automatedDetection: grounds.automatedDetection,
    automatedDecision: grounds.automatedDecision,
    ground: grounds.ground,
    groundText: grounds.groundText,
    explanation: grounds.explanation,
    redress: {
      state: appealStateOf(measure, appeal, until, now),
      appealId: appeal?.id ?? null,
      appealableUntil: until,
      outOfCourt: settings.outOfCourt,
    },
  };
  return { ...statement, text: letterOf(statement, templateFor(settings.templates, locale)) };
}
