import type { Id } from '@socialkit/core';
import { subjectSchema } from '../kernel/subject.js';
import { type Backtest, backtest, type LabelledCase } from '../policy/backtest.js';
import type { Policy } from '../policy/types.js';
import type { ResultReader } from './store.js';
import type { KeptResult } from './types.js';

export interface StoredBacktestOptions {
  /** The policy to compare with. @default none */
  readonly current?: Policy;
  /** Cases to run over. @default the results that are kept */
  readonly cases?: readonly LabelledCase[];
  /** Results newer than this, Unix milliseconds. @default 0 */
  readonly since?: number;
  /** Results at most, the oldest first. @default 100000 */
  readonly limit?: number;
}

const PAGE = 500;

/** A kept result as a case: its findings are decided about again, without the texts, which no rule looks at. */
const caseOf = ({ result, authorId, authorTier, locale, facts, at, offence }: KeptResult): LabelledCase => ({
  input: {
    subject: subjectSchema.parse({
      surface: result.subject.type,
      id: result.subject.id,
      revision: result.subject.revision,
      texts: {},
      authorId,
      authorTier,
      locale,
    }),
    findings: result.findings,
    missing: result.missing,
    facts,
    labels: [],
    now: at,
    traceId: null,
    latencyMs: 0,
  },
  offence,
});

/**
 * Runs a policy over the results that are kept, with what people decided about them. Only what some policy did not simply
 * approve is kept: figures are about that, not about all content.
 */
export const createResultsBacktest =
  (results: ResultReader) =>
  async (
    candidate: Policy,
    { current, cases: given, since = 0, limit = 100_000 }: StoredBacktestOptions = {},
  ): Promise<Backtest> => {
    const options = current ? { current } : {};
    if (given) return backtest(candidate, given, options);
    const cases: LabelledCase[] = [];
    let after: Id | null = null;
    while (cases.length < limit) {
      const page: readonly KeptResult[] = await results.walk(after, PAGE);
      cases.push(...page.filter(({ at }) => at >= since).map(caseOf));
      after = page.at(-1)?.id ?? null;
      if (page.length < PAGE) break;
    }
    return backtest(candidate, cases.slice(0, limit), options);
  };
