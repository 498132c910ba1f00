import { createHash } from 'node:crypto';
import { gini, rankMetrics } from './metrics.js';

/** An interaction to learn from or to predict. */
export interface ObservedInteraction {
  readonly user: string;
  readonly item: string;
  /** Any unit, for splits by time. */
  readonly at: number;
}

/** A way to recommend: learns from observations, then lists items a user has not. */
export interface CandidateModel {
  fit(
    train: readonly ObservedInteraction[],
  ): Promise<(user: string, k: number) => Promise<readonly string[]>>;
}

/** Users by how much of them is known: up to 5 items, up to 20, more. */
export const SEGMENTS = ['new', 'light', 'heavy'] as const;
export type Segment = (typeof SEGMENTS)[number];
/** Metrics of {@link evaluate}. */
export const METRICS = ['recall', 'ndcg', 'mrr', 'coverage', 'gini', 'latencyMs'] as const;
export type EvaluationMetric = (typeof METRICS)[number];

/** What an evaluation found of one model. */
export interface Evaluation {
  readonly users: number;
  readonly metrics: Readonly<Partial<Record<EvaluationMetric, number>>>;
  /** Recall by segment; absent without users. */
  readonly segments: Readonly<Partial<Record<Segment, number>>>;
}

const SHARE = 0.2;
const hashShare = (text: string) => createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;

/** Splits observations: the last fifth in time, or a fifth of each user's by hash. */
export function splitInteractions(
  data: readonly ObservedInteraction[],
  split: 'time' | 'hash',
): { readonly train: readonly ObservedInteraction[]; readonly hidden: readonly ObservedInteraction[] } {
  const times = data.map(({ at }) => at).sort((a, b) => a - b);
  const border = times[Math.floor(times.length * (1 - SHARE))] ?? 0;
  const isHidden = ({ user, item, at }: ObservedInteraction) =>
    split === 'time' ? at >= border : hashShare(`${user}\n${item}`) < SHARE;
  return { train: data.filter((one) => !isHidden(one)), hidden: data.filter(isHidden) };
}

/**
 * Compares models offline on the host's own interactions. Every model sees the same training part and is asked for the same
 * users: those with something hidden that they did not already have.
 *
 * @param given.metrics @default all
 */
export async function evaluate<Name extends string>(given: {
  readonly data: readonly ObservedInteraction[];
  readonly split: 'time' | 'hash';
  readonly models: Readonly<Record<Name, CandidateModel>>;
  readonly k: number;
  readonly metrics?: readonly EvaluationMetric[];
}): Promise<Readonly<Record<Name, Evaluation>>> {
  const { k, metrics: wanted = METRICS } = given;
  const { train, hidden } = splitInteractions(given.data, given.split);
  const known = new Map<string, Set<string>>();
  for (const { user, item } of train) known.set(user, (known.get(user) ?? new Set()).add(item));
  const targets = new Map<string, Set<string>>();
  for (const { user, item } of hidden)
    if (!known.get(user)?.has(item)) targets.set(user, (targets.get(user) ?? new Set()).add(item));
  const catalogue = new Set(given.data.map(({ item }) => item));
  const segmentOf = (user: string): Segment => {
    const size = known.get(user)?.size ?? 0;
    return size <= 5 ? 'new' : size <= 20 ? 'light' : 'heavy';
  };

  const judge = async (model: CandidateModel): Promise<Evaluation> => {
    const recommend = await model.fit(train);
    const sums = { recall: 0, ndcg: 0, mrr: 0 };
    const bySegment = new Map<Segment, number[]>();
    const shown = new Map<string, number>();
    const took: number[] = [];
    for (const [user, items] of targets) {
      const began = performance.now();
      const list = (await recommend(user, k)).filter((item) => !known.get(user)?.has(item));
      took.push(performance.now() - began);
      for (const item of list) shown.set(item, (shown.get(item) ?? 0) + 1);
      const quality = rankMetrics(list, items, k);
      sums.recall += quality.recall;
      sums.ndcg += quality.ndcg;
      sums.mrr += quality.mrr;
      const segment = segmentOf(user);
      bySegment.set(segment, [...(bySegment.get(segment) ?? []), quality.recall]);
    }
    const users = Math.max(1, targets.size);
    const all: Record<EvaluationMetric, number> = {
      recall: sums.recall / users,
      ndcg: sums.ndcg / users,
      mrr: sums.mrr / users,
      coverage: shown.size / Math.max(1, catalogue.size),
      gini: gini([...catalogue].map((item) => shown.get(item) ?? 0)),
      latencyMs: took.sort((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? 0,
    };
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return {
      users: targets.size,
      metrics: Object.fromEntries(wanted.map((metric) => [metric, all[metric]])),
      segments: Object.fromEntries([...bySegment].map(([segment, values]) => [segment, mean(values)])),
    };
  };
  const found: Partial<Record<Name, Evaluation>> = {};
  for (const name of Object.keys(given.models) as Name[]) found[name] = await judge(given.models[name]);
  return found as Readonly<Record<Name, Evaluation>>;
}
