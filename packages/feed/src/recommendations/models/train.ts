import { createRandom } from '../../ranking/random.js';
import { createFoldIn, type FactorModel, type IalsOptions, scoresOf, trainIals } from './ials.js';
import { columnsOf, createMatrix, degree, type Entry, type Matrix } from './matrix.js';

/** Rows whose interactions are held out in part, at most; and how many of each. */
const HELD_ROWS = 500;
const HELD_EACH = 2;
/** Rows with fewer interactions are left whole. */
const MIN_ROW = 6;
/** Places of a list in which a held-out interaction counts as found. */
const DEPTH = 20;

/** A model may find this share less than the one in use. */
export const WORSE_BY = 0.05;

/** The part of a matrix that is trained on, and what is left for judging. */
export interface HeldOut {
  readonly matrix: Matrix;
  readonly hidden: ReadonlyMap<number, ReadonlySet<number>>;
}

/** Holds interactions of some rows out, chosen by the seed. */
export function holdOut(matrix: Matrix, seed: string): HeldOut {
  const random = createRandom(`held:${seed}`);
  const rows = Array.from({ length: matrix.rows }, (_, row) => row).filter(
    (row) => degree(matrix, row) >= MIN_ROW,
  );
  const hidden = new Map<number, Set<number>>();
  for (let n = 0; n < HELD_ROWS && rows.length > 0; n++) {
    const [row] = rows.splice(Math.floor(random() * rows.length), 1) as [number];
    const columns = columnsOf(matrix, row);
    const chosen = new Set<number>();
    while (chosen.size < HELD_EACH) chosen.add(columns[Math.floor(random() * columns.length)] as number);
    hidden.set(row, chosen);
  }
  const entries = function* (): Generator<Entry> {
    for (let row = 0; row < matrix.rows; row++)
      for (let at = matrix.starts[row] as number; at < (matrix.starts[row + 1] as number); at++) {
        const column = matrix.indices[at] as number;
        if (!hidden.get(row)?.has(column)) yield [row, column, matrix.values[at] as number];
      }
  };
  return { matrix: createMatrix(matrix.rows, matrix.columns, entries()), hidden };
}

/** The columns with the largest scores that are not `taken`, ties by the lower column. */
export function topColumns(
  scores: Float64Array,
  count: number,
  taken: (column: number) => boolean,
): number[] {
  const best: number[] = [];
  let worst = Number.NEGATIVE_INFINITY;
  for (let column = 0; column < scores.length; column++) {
    const score = scores[column] as number;
    if (!(score > 0) || (best.length === count && score <= worst) || taken(column)) continue;
    let low = 0;
    let high = best.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((scores[best[middle] as number] as number) >= score) low = middle + 1;
      else high = middle;
    }
    best.splice(low, 0, column);
    if (best.length > count) best.pop();
    if (best.length === count) worst = scores[best[count - 1] as number] as number;
  }
  return best;
}

/** The share of held-out interactions among the first 20. */
export function recallOf(held: HeldOut, scores: (row: number) => Float64Array): number {
  let sum = 0;
  for (const [row, hidden] of held.hidden) {
    const taken = new Set(columnsOf(held.matrix, row));
    const found = topColumns(scores(row), DEPTH, (column) => taken.has(column));
    sum += found.filter((column) => hidden.has(column)).length / hidden.size;
  }
  return held.hidden.size === 0 ? 0 : sum / held.hidden.size;
}

/** A model and how much it found of what was held out. */
export interface Trained {
  readonly model: FactorModel;
  readonly recall: number;
}

/** Trains on all but what is held out, measures, then places the judged rows by everything they have. */
export async function trainAndJudge(
  matrix: Matrix,
  options: IalsOptions,
  seed: string,
  yieldNow?: () => Promise<void>,
): Promise<Trained> {
  const held = holdOut(matrix, seed);
  const model = await trainIals(held.matrix, options, yieldNow);
  const vectorOf = (row: number) => model.users.subarray(row * model.factors, (row + 1) * model.factors);
  const recall = recallOf(held, (row) => scoresOf(vectorOf(row), model.items));
  const foldIn = createFoldIn(model, options);
  for (const row of held.hidden.keys())
    model.users.set(foldIn([...columnsOf(matrix, row)]), row * model.factors);
  return { model, recall };
}
