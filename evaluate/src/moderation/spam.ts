import { createSpamModel, type SpamModel } from '@socialkit/moderation';
import { seededRandom } from '@socialkit/moderation/training';
import type { Row } from '../csv.js';
import { auc, type Scored } from '../figures.js';

const CURVE = [25, 100, 400] as const;
const ORDERS = 5;

/** Hands the rows to a fresh model as decisions of three moderators, in a seeded order, each once. */
export function teach(
  rows: readonly Row[],
  seed: number,
  each?: (labels: number, model: SpamModel) => void,
): SpamModel {
  const model = createSpamModel({ moderatorDaily: 1_000_000 });
  const order = rows.map((_, at) => at);
  const random = seededRandom(seed);
  for (let at = order.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  order.forEach((index, at) => {
    const row = rows[index]!;
    model.learn({
      id: row.id!,
      text: row.text!,
      spam: row.label === '1',
      moderatorId: `m${at % 3}`,
      at: at * 60_000,
      source: 'decision',
    });
    each?.(at + 1, model);
  });
  return model;
}

/** Scores of rows with their labels. */
export const spamScores = (model: SpamModel, rows: readonly Row[]): readonly Scored[] =>
  rows.map((row) => ({ score: model.score(row.text!).score, positive: row.label === '1' }));

/** Mean AUC after 25, 100 and 400 labels over several orders, from a cold start. */
export function learningCurve(train: readonly Row[], rows: readonly Row[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (let seed = 1; seed <= ORDERS; seed += 1) {
    teach(train.length > 400 ? shuffled(train, seed).slice(0, 400) : train, seed, (labels, model) => {
      if (!CURVE.some((step) => step === labels)) return;
      const scored = rows.map((row) => ({
        score: model.score(row.text!).logOdds,
        positive: row.label === '1',
      }));
      sums.set(labels, (sums.get(labels) ?? 0) + auc(scored) / ORDERS);
    });
  }
  return sums;
}

function shuffled(rows: readonly Row[], seed: number): readonly Row[] {
  const copy = [...rows];
  const random = seededRandom(seed * 31);
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [copy[at], copy[other]] = [copy[other]!, copy[at]!];
  }
  return copy;
}
