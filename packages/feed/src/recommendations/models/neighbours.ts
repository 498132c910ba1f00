import { columnsOf, degree, type Matrix } from './matrix.js';

/** A row and how near it is. */
export interface Neighbour {
  readonly row: number;
  readonly similarity: number;
}

/** Cosines of one row with every other: sums over the columns they share. */
export interface CosineScan {
  /**
   * The `k` nearest rows to a set of columns, ties by the lower row.
   * @param except left out @param admit further rows left out
   */
  nearest(
    columns: ArrayLike<number>,
    k: number,
    except: number,
    admit?: (row: number) => boolean,
  ): readonly Neighbour[];
}

/**
 * Finds the rows that share the most columns with one (cosine of sets). @param turned the transpose of `matrix`
 * @param cap rows read of one column at most, those of the lowest number
 */
export function createCosineScan(matrix: Matrix, turned: Matrix, cap = Number.POSITIVE_INFINITY): CosineScan {
  const shared = new Float64Array(matrix.rows);
  const touched = new Int32Array(matrix.rows);
  return {
    nearest(columns, k, except, admit) {
      let count = 0;
      for (let at = 0; at < columns.length; at++) {
        const rows = columnsOf(turned, columns[at] as number);
        for (let n = 0; n < rows.length && n < cap; n++) {
          const row = rows[n] as number;
          if (shared[row] === 0) {
            touched[count] = row;
            count += 1;
          }
          shared[row] = (shared[row] as number) + 1;
        }
      }
      const found: Neighbour[] = [];
      for (let at = 0; at < count; at++) {
        const row = touched[at] as number;
        const both = shared[row] as number;
        shared[row] = 0;
        if (row !== except && (admit === undefined || admit(row)))
          found.push({ row, similarity: both / Math.sqrt(columns.length * degree(matrix, row)) });
      }
      found.sort((a, b) => b.similarity - a.similarity || a.row - b.row);
      return found.length > k ? found.slice(0, k) : found;
    },
  };
}

/** Scores columns by the rows nearest to a set of columns (user-based nearest neighbours). */
export function neighbourScores(
  matrix: Matrix,
  neighbours: readonly Neighbour[],
  scores = new Float64Array(matrix.columns),
): Float64Array {
  for (const { row, similarity } of neighbours)
    for (const column of columnsOf(matrix, row)) scores[column] = (scores[column] as number) + similarity;
  return scores;
}

/**
 * Scores columns by a random walk of three steps, row to column to row to column, with the popularity of the end taken back
 * by an exponent (RP3beta; Paudel et al., 2017).
 */
export function walkScores(
  matrix: Matrix,
  turned: Matrix,
  columns: ArrayLike<number>,
  popularityExponent: number,
): Float64Array {
  const scores = new Float64Array(matrix.columns);
  for (let at = 0; at < columns.length; at++) {
    const rows = columnsOf(turned, columns[at] as number);
    const step = 1 / (columns.length * rows.length);
    for (const row of rows) {
      const share = step / degree(matrix, row);
      for (const column of columnsOf(matrix, row)) scores[column] = (scores[column] as number) + share;
    }
  }
  for (let column = 0; column < scores.length; column++)
    if (scores[column] !== 0)
      scores[column] = (scores[column] as number) / degree(turned, column) ** popularityExponent;
  return scores;
}
