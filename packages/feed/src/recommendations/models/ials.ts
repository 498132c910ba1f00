import { createRandom, gaussian } from '../../ranking/random.js';
import { columnsOf, type Matrix, transpose } from './matrix.js';

/** How {@link trainIals} fits. */
export interface IalsOptions {
  /** Length of a vector. @default 32 */
  readonly factors?: number;
  /** Times users and items are solved. @default 10 */
  readonly sweeps?: number;
  /** Weight of what was not taken, an interaction being 1. @default 0.1 */
  readonly unobserved?: number;
  /** Scaled by how often a row occurs. @default 0.01 */
  readonly regularisation?: number;
  /** Steps of conjugate gradients a solve takes from where it was. @default 4 */
  readonly steps?: number;
  /** @default 'socialkit' */
  readonly seed?: string;
}

/** Vectors of rows and columns: a row's liking of a column is their dot product. */
export interface FactorModel {
  readonly factors: number;
  /** `factors` numbers a row. */
  readonly users: Float32Array;
  readonly items: Float32Array;
}

const DEFAULTS = Object.freeze({
  factors: 32,
  sweeps: 10,
  unobserved: 0.1,
  regularisation: 0.01,
  steps: 4,
  seed: 'socialkit',
});

/** Everything a solve needs beside the row itself; made once a half sweep. */
interface Solver {
  /** `unobserved` times the Gramian of the other side. */
  readonly gram: Float64Array;
  solve(columns: ArrayLike<number>, penalty: number, steps: number, into: Float64Array): void;
}

function createSolver(factors: number, other: Float64Array, unobserved: number): Solver {
  const gram = new Float64Array(factors * factors);
  const rows = other.length / factors;
  for (let row = 0; row < rows; row++) {
    const from = row * factors;
    for (let i = 0; i < factors; i++) {
      const scaled = unobserved * (other[from + i] as number);
      if (scaled === 0) continue;
      const line = i * factors;
      for (let j = 0; j < factors; j++)
        gram[line + j] = (gram[line + j] as number) + scaled * (other[from + j] as number);
    }
  }
  const residual = new Float64Array(factors);
  const direction = new Float64Array(factors);
  const image = new Float64Array(factors);

  /** image = (gram + sum of y y' over the columns + penalty I) vector */
  const apply = (columns: ArrayLike<number>, penalty: number, vector: Float64Array) => {
    for (let i = 0; i < factors; i++) {
      let sum = penalty * (vector[i] as number);
      const line = i * factors;
      for (let j = 0; j < factors; j++) sum += (gram[line + j] as number) * (vector[j] as number);
      image[i] = sum;
    }
    for (let at = 0; at < columns.length; at++) {
      const from = (columns[at] as number) * factors;
      let dot = 0;
      for (let j = 0; j < factors; j++) dot += (other[from + j] as number) * (vector[j] as number);
      for (let j = 0; j < factors; j++) image[j] = (image[j] as number) + dot * (other[from + j] as number);
    }
  };

  return {
    gram,
    solve(columns, penalty, steps, vector) {
      apply(columns, penalty, vector);
      for (let j = 0; j < factors; j++) residual[j] = -(image[j] as number);
      for (let at = 0; at < columns.length; at++) {
        const from = (columns[at] as number) * factors;
        for (let j = 0; j < factors; j++) residual[j] = (residual[j] as number) + (other[from + j] as number);
      }
      let size = 0;
      for (let j = 0; j < factors; j++) {
        const value = residual[j] as number;
        direction[j] = value;
        size += value * value;
      }
      for (let step = 0; step < steps && size > 1e-20; step++) {
        apply(columns, penalty, direction);
        let curve = 0;
        for (let j = 0; j < factors; j++) curve += (direction[j] as number) * (image[j] as number);
        if (curve <= 0) return;
        const length = size / curve;
        let next = 0;
        for (let j = 0; j < factors; j++) {
          vector[j] = (vector[j] as number) + length * (direction[j] as number);
          const value = (residual[j] as number) - length * (image[j] as number);
          residual[j] = value;
          next += value * value;
        }
        const turn = next / size;
        for (let j = 0; j < factors; j++)
          direction[j] = (residual[j] as number) + turn * (direction[j] as number);
        size = next;
      }
    },
  };
}

const penaltyOf = (options: Required<IalsOptions>, taken: number, others: number) =>
  options.regularisation * (taken + options.unobserved * others);

/**
 * Factorises interactions by implicit alternating least squares (Hu, Koren and Volinsky, 2008) with the unobserved weight and the
 * frequency-scaled regularisation of "Revisiting the performance of iALS" (Rendle et al., 2021). Plain typed arrays, one
 * thread. The values of the matrix are not looked at: an interaction counts 1.
 *
 * @param yieldNow called between shards of rows: awaits what the caller wants to do in between, throws to give up
 */
export async function trainIals(
  matrix: Matrix,
  given: IalsOptions = {},
  yieldNow: () => Promise<void> = async () => {},
): Promise<FactorModel> {
  const options: Required<IalsOptions> = { ...DEFAULTS, ...given };
  const { factors, sweeps, steps, seed, unobserved } = options;
  const turned = transpose(matrix);
  const random = createRandom(`ials:${seed}`);
  const start = (rows: number) =>
    Float64Array.from({ length: rows * factors }, () => (0.1 / Math.sqrt(factors)) * gaussian(random));
  const users = start(matrix.rows);
  const items = start(matrix.columns);

  const half = async (side: Matrix, own: Float64Array, other: Float64Array) => {
    const solver = createSolver(factors, other, unobserved);
    for (let row = 0; row < side.rows; row++) {
      const columns = columnsOf(side, row);
      const vector = own.subarray(row * factors, (row + 1) * factors);
      if (columns.length === 0) vector.fill(0);
      else solver.solve(columns, penaltyOf(options, columns.length, side.columns), steps, vector);
      if (row % SHARD === SHARD - 1) await yieldNow();
    }
  };
  for (let sweep = 0; sweep < sweeps; sweep++) {
    await half(matrix, users, items);
    await half(turned, items, users);
    await yieldNow();
  }
  // Users once more, so that they are what a fold-in would give.
  await half(matrix, users, items);
  return { factors, users: Float32Array.from(users), items: Float32Array.from(items) };
}

/** Rows solved between two looks at the rest of the world. */
const SHARD = 2000;

/** Places a row into a finished model, by its columns alone. */
export type FoldIn = (columns: readonly number[]) => Float32Array;

/** Prepares {@link FoldIn} for a model that was trained with these options: well under a millisecond a row. */
export function createFoldIn(model: FactorModel, given: IalsOptions = {}): FoldIn {
  const options: Required<IalsOptions> = { ...DEFAULTS, ...given };
  const { factors } = model;
  const items = Float64Array.from(model.items);
  const solver = createSolver(factors, items, options.unobserved);
  const others = items.length / factors;
  return (columns) => {
    const vector = new Float64Array(factors);
    solver.solve(columns, penaltyOf(options, columns.length, others), 12, vector);
    return Float32Array.from(vector);
  };
}

/** The liking of a vector for every row of a side, in order. */
export function scoresOf(vector: Float32Array, side: Float32Array): Float64Array {
  const factors = vector.length;
  const scores = new Float64Array(side.length / factors);
  for (let row = 0, from = 0; row < scores.length; row++, from += factors) {
    let sum = 0;
    for (let j = 0; j < factors; j++) sum += (vector[j] as number) * (side[from + j] as number);
    scores[row] = sum;
  }
  return scores;
}
