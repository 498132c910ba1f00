import { columnsOf, type Matrix, transpose } from './matrix.js';

/** A linear item-to-item model in its dual form: one row a user, so that its size does not depend on the items. */
export interface EaseModel {
  /** Scores of every column for a set of columns. @param row the training row it is, if it is one */
  scores(columns: readonly number[]): Float64Array;
}

/** Rows the dual is solved for at most: the memory is their square, the time their cube. */
export const MAX_EASE_ROWS = 2500;

/** Inverse of a symmetric positive definite matrix, in place, by its Cholesky factor. */
async function invert(a: Float64Array, n: number, yieldNow: () => Promise<void>): Promise<void> {
  for (let j = 0; j < n; j++) {
    const lineJ = j * n;
    for (let i = j; i < n; i++) {
      const lineI = i * n;
      let sum = a[lineI + j] as number;
      for (let k = 0; k < j; k++) sum -= (a[lineI + k] as number) * (a[lineJ + k] as number);
      a[lineI + j] = i === j ? Math.sqrt(sum) : sum / (a[lineJ + j] as number);
    }
    if (j % 200 === 199) await yieldNow();
  }
  // The inverse of the factor takes its place; rows are read along their lines.
  const column = new Float64Array(n);
  const inverse = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    column.fill(0, j);
    for (let i = j; i < n; i++) {
      const line = i * n;
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= (a[line + k] as number) * (column[k] as number);
      column[i] = sum / (a[line + i] as number);
    }
    // Transposed, so that the product below reads lines.
    for (let i = j; i < n; i++) inverse[j * n + i] = column[i] as number;
    if (j % 200 === 199) await yieldNow();
  }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += (inverse[i * n + k] as number) * (inverse[j * n + k] as number);
      a[i * n + j] = sum;
      a[j * n + i] = sum;
    }
    if (i % 200 === 199) await yieldNow();
  }
}

/**
 * EASE (Steck, 2019): the best linear map from what a row has to what it has, with nothing mapped to itself. The closed form needs the
 * inverse of an items-by-items matrix; by the Woodbury identity the users-by-users one gives the same scores:
 * `P = (I - X' A X) / l` with `A = (X X' + l I)^-1`, so for columns the row has not, `score = -(x P) / diag P`.
 *
 * @param regularisation `l` @param yieldNow called now and then; throws to give up
 * @throws RangeError for more than {@link MAX_EASE_ROWS} rows
 */
export async function trainEase(
  matrix: Matrix,
  regularisation = 200,
  yieldNow: () => Promise<void> = async () => {},
): Promise<EaseModel> {
  const { rows, columns } = matrix;
  if (rows > MAX_EASE_ROWS) throw new RangeError(`at most ${MAX_EASE_ROWS} rows, got ${rows}`);
  const turned = transpose(matrix);
  const dual = new Float64Array(rows * rows);
  for (let column = 0; column < columns; column++) {
    const having = columnsOf(turned, column);
    for (const a of having) for (const b of having) dual[a * rows + b] = (dual[a * rows + b] as number) + 1;
  }
  for (let row = 0; row < rows; row++)
    dual[row * rows + row] = (dual[row * rows + row] as number) + regularisation;
  await invert(dual, rows, yieldNow);
  /** 1 - X_j' A X_j: the diagonal of P times l. */
  const own = new Float64Array(columns);
  for (let column = 0; column < columns; column++) {
    const having = columnsOf(turned, column);
    let sum = 0;
    for (const a of having) for (const b of having) sum += dual[a * rows + b] as number;
    own[column] = 1 - sum;
  }
  return {
    scores(taken) {
      const shared = new Float64Array(rows);
      for (const column of taken)
        for (const row of columnsOf(turned, column)) shared[row] = (shared[row] as number) + 1;
      const weights = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const value = shared[row] as number;
        if (value === 0) continue;
        const line = row * rows;
        for (let other = 0; other < rows; other++)
          weights[other] = (weights[other] as number) + value * (dual[line + other] as number);
      }
      const scores = new Float64Array(columns);
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (const row of columnsOf(turned, column)) sum += weights[row] as number;
        scores[column] = sum / (own[column] as number);
      }
      return scores;
    },
  };
}
