/** A sparse matrix of interactions in compressed rows: who (rows) took what (columns), and how much it counts. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row `r` holds the entries from `starts[r]` up to `starts[r + 1]`. */
  readonly starts: Int32Array;
  /** Column of each entry, ascending within a row. */
  readonly indices: Int32Array;
  /** Value of each entry, above 0. */
  readonly values: Float64Array;
}

/** One interaction, by the numbers of its row and column. */
export type Entry = readonly [row: number, column: number, value: number];

/** Builds a matrix; of entries that come twice the last counts. */
export function createMatrix(rows: number, columns: number, entries: Iterable<Entry>): Matrix {
  const held: Map<number, number>[] = [];
  let count = 0;
  for (const [row, column, value] of entries) {
    let cells = held[row];
    if (!cells) {
      cells = new Map();
      held[row] = cells;
    }
    if (!cells.has(column)) count += 1;
    cells.set(column, value);
  }
  const starts = new Int32Array(rows + 1);
  const indices = new Int32Array(count);
  const values = new Float64Array(count);
  let at = 0;
  for (let row = 0; row < rows; row++) {
    const cells = held[row];
    if (cells)
      for (const column of [...cells.keys()].sort((a, b) => a - b)) {
        indices[at] = column;
        values[at] = cells.get(column) as number;
        at += 1;
      }
    starts[row + 1] = at;
  }
  return { rows, columns, starts, indices, values };
}

/** The same with rows and columns exchanged. */
export function transpose(matrix: Matrix): Matrix {
  const { rows, columns, starts, indices, values } = matrix;
  const turned = {
    rows: columns,
    columns: rows,
    starts: new Int32Array(columns + 1),
    indices: new Int32Array(indices.length),
    values: new Float64Array(values.length),
  };
  for (const column of indices) turned.starts[column + 1] = (turned.starts[column + 1] as number) + 1;
  for (let column = 0; column < columns; column++)
    turned.starts[column + 1] = (turned.starts[column + 1] as number) + (turned.starts[column] as number);
  const next = turned.starts.slice();
  for (let row = 0; row < rows; row++)
    for (let at = starts[row] as number; at < (starts[row + 1] as number); at++) {
      const column = indices[at] as number;
      const to = next[column] as number;
      next[column] = to + 1;
      turned.indices[to] = row;
      turned.values[to] = values[at] as number;
    }
  return turned;
}

/** Entries of a row. */
export const degree = (matrix: Matrix, row: number): number =>
  (matrix.starts[row + 1] as number) - (matrix.starts[row] as number);

/** The columns of a row, ascending. */
export const columnsOf = (matrix: Matrix, row: number): Int32Array =>
  matrix.indices.subarray(matrix.starts[row], matrix.starts[row + 1]);
