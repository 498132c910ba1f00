import {
  createFoldIn,
  createMatrix,
  type Entry,
  ITEMS_IALS,
  intraListDistance,
  mmrOrder,
  rankMetrics,
  scoresOf,
  trainIals,
} from '@socialkit/feed';
import { readPairs } from './files.js';

const DEPTH = 20;
const RERANKED = 100;
const LAMBDA = 0.7;
/** Every n-th user is left out of training, to be placed afterwards. */
const LEFT_OUT = 5;
const KNOWN = 3;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/** What diversity and placing without training cost, on one catalogue. */
export interface ModelFigures {
  /** Share of the recall lost, and of the distance within lists gained, by MMR with lambda .7. */
  readonly mmrLoss: number;
  readonly mmrGain: number;
  /** Recall of users placed afterwards over that of the same users trained with. */
  readonly foldIn: number;
  /** Recall of users of whom three items are known over that of popularity. */
  readonly threeKnown: number;
}

/** Measures {@link ModelFigures} with the frozen configuration of the factors. */
export async function measureModels(
  train: string,
  hidden: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<ModelFigures> {
  const pairs = readPairs(train);
  const users = [...new Set(pairs.map(([user]) => user))];
  const items = [...new Set(pairs.map(([, item]) => item))].sort((a, b) => Number(a) - Number(b));
  const itemNumber = new Map(items.map((item, n) => [item, n] as const));
  const own = new Map<string, number[]>(users.map((user) => [user, []]));
  for (const [user, item] of pairs) own.get(user)?.push(itemNumber.get(item) ?? 0);
  const matrixOf = (rows: readonly string[]) => {
    const entries = function* (): Generator<Entry> {
      for (const [row, user] of rows.entries())
        for (const column of own.get(user) ?? []) yield [row, column, 1];
    };
    return createMatrix(rows.length, items.length, entries());
  };
  const judged = [...hidden.keys()];
  const top = (scores: Float64Array, taken: ReadonlySet<number>, count: number) =>
    [...scores.keys()]
      .filter((column) => !taken.has(column))
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b)
      .slice(0, count);
  const recall = (user: string, columns: readonly number[]) =>
    rankMetrics(
      columns.map((column) => items[column] ?? ''),
      hidden.get(user) ?? new Set(),
      DEPTH,
    ).recall;

  const whole = await trainIals(matrixOf(users), ITEMS_IALS);
  const { factors } = whole;
  const rowOf = new Map(users.map((user, row) => [user, row] as const));
  const vectorOf = (column: number) => whole.items.subarray(column * factors, (column + 1) * factors);
  const plain: {
    recall: number;
    distance: number;
    diverse: number;
    diverseDistance: number;
    user: string;
  }[] = [];
  for (const user of judged) {
    const row = rowOf.get(user) ?? 0;
    const scores = scoresOf(whole.users.subarray(row * factors, (row + 1) * factors), whole.items);
    const best = top(scores, new Set(own.get(user)), RERANKED);
    const order = mmrOrder(
      best.map((column) => scores[column] ?? 0),
      best.map(vectorOf),
      LAMBDA,
      DEPTH,
    ).map((at) => best[at] ?? 0);
    plain.push({
      user,
      recall: recall(user, best),
      distance: intraListDistance(best.slice(0, DEPTH).map(vectorOf)),
      diverse: recall(user, order),
      diverseDistance: intraListDistance(order.slice(0, DEPTH).map(vectorOf)),
    });
  }

  const placed = new Set(judged.filter((_, n) => n % LEFT_OUT === 0));
  const part = await trainIals(matrixOf(users.filter((user) => !placed.has(user))), ITEMS_IALS);
  const foldIn = createFoldIn(part, ITEMS_IALS);
  const popularity = new Float64Array(items.length);
  for (const columns of own.values())
    for (const column of columns) popularity[column] = (popularity[column] ?? 0) + 1;
  const by = (user: string, known: readonly number[]) =>
    recall(user, top(scoresOf(foldIn(known), part.items), new Set(own.get(user)), DEPTH));
  const left = [...placed];
  const trained = mean(plain.filter(({ user }) => placed.has(user)).map((one) => one.recall));
  const before = mean(plain.map((one) => one.recall));
  const distance = mean(plain.map((one) => one.distance));
  return {
    mmrLoss: 1 - mean(plain.map(({ diverse }) => diverse)) / before,
    mmrGain: mean(plain.map(({ diverseDistance }) => diverseDistance)) / distance - 1,
    foldIn: mean(left.map((user) => by(user, own.get(user) ?? []))) / trained,
    threeKnown:
      mean(left.map((user) => by(user, (own.get(user) ?? []).slice(0, KNOWN)))) /
      mean(left.map((user) => recall(user, top(popularity, new Set(own.get(user)), DEPTH)))),
  };
}
