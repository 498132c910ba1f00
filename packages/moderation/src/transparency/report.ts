import type { AuditRow } from '@socialkit/core';
import { z } from 'zod';

const counts = z.record(z.string(), z.int());

/** How a platform moderated in a span of time: what Articles 15 and 24 of the Digital Services Act ask for. */
export const transparencyReportSchema = z.object({
  from: z.int().meta({ description: 'Unix ms, inclusive' }),
  to: z.int().meta({ description: 'Unix ms, exclusive' }),
  notices: z.object({
    received: z.int(),
    byCategory: counts,
    fromTrusted: z.int(),
  }),
  measures: z.object({
    total: z.int(),
    byKind: counts,
    byCategory: counts,
    byGround: counts,
    bySource: counts,
    /** Found by automated means; decided by them alone. */
    automatedDetection: z.int(),
    automatedDecision: z.int(),
    ended: counts,
  }),
  cases: z.object({
    decided: z.int(),
    byDecision: counts,
    medianDecisionMs: z.number().nullable(),
  }),
  appeals: z.object({
    filed: z.int(),
    byParty: counts,
    decided: z.int(),
    byOutcome: counts,
    medianDecisionMs: z.number().nullable(),
  }),
  automation: z.object({
    decided: z.int().meta({ description: 'measures decided by automated means alone' }),
    overturned: z
      .int()
      .meta({ description: 'of the decisions overturned on appeal, those of automated means alone' }),
    errorRate: z.number().nullable().meta({ description: 'overturned over decided; null without any' }),
    byRule: z.record(z.string(), z.object({ decided: z.int(), overturned: z.int() })),
  }),
  accounts: z.object({ limited: z.int(), suspended: z.int(), strikes: z.int() }),
  rules: z.object({ demoted: z.int() }),
});
export type TransparencyReport = Readonly<z.output<typeof transparencyReportSchema>>;

const text = (value: unknown, otherwise = 'unknown'): string =>
  typeof value === 'string' && value !== '' ? value : otherwise;

const tally = () => {
  const found = new Map<string, number>();
  return {
    add: (name: string) => void found.set(name, (found.get(name) ?? 0) + 1),
    counts: () => Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};

const median = (values: readonly number[]): number | null => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
};

/**
 * The report of a span of time: a pure function of the staff log. The same entries give the same report, in whatever order
 * they come and however often each comes. Entries outside of the span do not count.
 *
 * @param rows entries of the log, all of the span at least @param span Unix ms, `to` exclusive
 */
export function transparencyReport(
  rows: Iterable<AuditRow>,
  span: { readonly from: number; readonly to: number },
): TransparencyReport {
  const entries = new Map<string, AuditRow>();
  for (const row of rows) entries.set(row.id, row);
  // In order of ids, so that nothing depends on the order of reading.
  const ordered = [...entries.values()].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  const within = ({ at }: AuditRow) => at >= span.from && at < span.to;

  const [byKind, byCategory, byGround, bySource, ended] = [tally(), tally(), tally(), tally(), tally()];
  const [noticeCategories, decisions, parties, outcomes] = [tally(), tally(), tally(), tally()];
  const notices = new Set<string>();
  const caseTimes: number[] = [];
  const appealTimes: number[] = [];
  const rules = new Map<string, { decided: number; overturned: number }>();
  const ruleOf = (details: AuditRow['details']) => {
    const name = text(details.ruleId, 'none');
    const rule = rules.get(name) ?? { decided: 0, overturned: 0 };
    rules.set(name, rule);
    return rule;
  };
  let [trusted, total, detected, decided, overturned] = [0, 0, 0, 0, 0];
  let [filed, cases, appealsDecided, limited, suspended, strikes, demoted] = [0, 0, 0, 0, 0, 0, 0];

  for (const row of ordered) {
    const { details, action } = row;
    if (!within(row)) continue;
    switch (action) {
      case 'reports.receive':
        if (notices.has(row.subjectId)) break;
        notices.add(row.subjectId);
        noticeCategories.add(text(details.category));
        if (details.trusted === true) trusted++;
        break;
      case 'measures.apply':
        total++;
        byKind.add(text(details.kind));
        byCategory.add(text(details.category));
        byGround.add(text(details.ground));
        bySource.add(text(details.source));
        if (details.automatedDetection === true) detected++;
        if (details.kind === 'limit') limited++;
        if (details.kind === 'suspend') suspended++;
        if (details.automatedDecision === 'full') {
          decided++;
          ruleOf(details).decided++;
        }
        break;
      case 'measures.end':
        ended.add(text(details.end));
        break;
      case 'cases.decide':
        cases++;
        decisions.add(text(details.decision));
        if (typeof details.openedAt === 'number') caseTimes.push(Math.max(0, row.at - details.openedAt));
        break;
      case 'appeals.file':
        filed++;
        parties.add(text(details.party));
        break;
      case 'appeals.decide':
        appealsDecided++;
        outcomes.add(text(details.outcome));
        if (typeof details.filedAt === 'number') appealTimes.push(Math.max(0, row.at - details.filedAt));
        if (details.outcome === 'overturned' && details.automatedDecision === 'full') {
          overturned++;
          ruleOf(details).overturned++;
        }
        break;
      case 'strikes.add':
        strikes++;
        break;
      case 'rules.demote':
        demoted++;
        break;
      default:
    }
  }
  return {
    from: span.from,
    to: span.to,
    notices: { received: notices.size, byCategory: noticeCategories.counts(), fromTrusted: trusted },
    measures: {
      total,
      byKind: byKind.counts(),
      byCategory: byCategory.counts(),
      byGround: byGround.counts(),
      bySource: bySource.counts(),
      automatedDetection: detected,
      automatedDecision: decided,
      ended: ended.counts(),
    },
    cases: { decided: cases, byDecision: decisions.counts(), medianDecisionMs: median(caseTimes) },
    appeals: {
      filed,
      byParty: parties.counts(),
      decided: appealsDecided,
      byOutcome: outcomes.counts(),
      medianDecisionMs: median(appealTimes),
    },
    automation: {
      decided,
      overturned,
      errorRate: decided === 0 ? null : overturned / decided,
      byRule: Object.fromEntries([...rules].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    accounts: { limited, suspended, strikes },
    rules: { demoted },
  };
}
