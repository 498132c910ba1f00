import { describe, expect, it } from 'vitest';
import { createRandom } from '../../ranking/random.js';
import { trainEase } from './ease.js';
import { createFoldIn, scoresOf, trainIals } from './ials.js';
import { columnsOf, createMatrix, type Entry, type Matrix, transpose } from './matrix.js';
import { createCosineScan, neighbourScores, walkScores } from './neighbours.js';
import { holdOut, recallOf, topColumns, trainAndJudge } from './train.js';

/** Users and items of four groups; users mostly take items of their own. */
function planted(seed: string, users = 80, items = 60): Matrix {
  const random = createRandom(seed);
  const entries: Entry[] = [];
  for (let user = 0; user < users; user++)
    for (let item = 0; item < items; item++)
      if (random() < (user % 4 === item % 4 ? 0.5 : 0.03)) entries.push([user, item, 1]);
  return createMatrix(users, items, entries);
}

const OPTIONS = { factors: 8, unobserved: 0.1, regularisation: 0.01 } as const;

describe('a matrix', () => {
  it('keeps the last of what comes twice, in order, and turns over and back', () => {
    const matrix = createMatrix(2, 3, [
      [1, 2, 1],
      [1, 0, 1],
      [1, 2, 5],
    ]);
    expect([...columnsOf(matrix, 0)]).toEqual([]);
    expect([...columnsOf(matrix, 1)]).toEqual([0, 2]);
    expect([...matrix.values]).toEqual([1, 5]);
    expect(transpose(transpose(matrix))).toEqual(matrix);
  });
});

describe('factors', () => {
  it('find the planted groups, and the same ones again', async () => {
    const held = holdOut(planted('a'), 'seed');
    const model = await trainIals(held.matrix, OPTIONS);
    const scores = (row: number) => scoresOf(model.users.subarray(row * 8, (row + 1) * 8), model.items);
    expect(recallOf(held, scores)).toBeGreaterThan(0.7);
    expect(recallOf(held, () => Float64Array.from({ length: 60 }, (_, n) => n + 1))).toBeLessThan(0.5);
    expect((await trainIals(held.matrix, OPTIONS)).users).toEqual(model.users);
  });

  it('solve the equations they say they solve', async () => {
    const matrix = planted('b', 12, 9);
    const model = await trainIals(matrix, { ...OPTIONS, factors: 3, steps: 20 });
    const dot = (a: number, i: number) =>
      [0, 1, 2].reduce((sum, j) => sum + (model.users[a * 3 + j] ?? 0) * (model.items[i * 3 + j] ?? 0), 0);
    for (let user = 0; user < 12; user++) {
      const own = new Set(columnsOf(matrix, user));
      const penalty = 0.01 * (own.size + 0.1 * 9);
      for (let j = 0; j < 3; j++) {
        let gradient = penalty * (model.users[user * 3 + j] ?? 0);
        for (let item = 0; item < 9; item++) {
          const value = model.items[item * 3 + j] ?? 0;
          gradient += 0.1 * dot(user, item) * value;
          if (own.has(item)) gradient += (dot(user, item) - 1) * value;
        }
        expect(Math.abs(gradient)).toBeLessThan(1e-3);
      }
    }
  });

  it('place a user by what he has as training places him', async () => {
    const matrix = planted('c');
    const model = await trainIals(matrix, { ...OPTIONS, steps: 12 });
    const foldIn = createFoldIn(model, OPTIONS);
    for (const user of [0, 7, 33]) {
      const placed = foldIn([...columnsOf(matrix, user)]);
      for (let j = 0; j < 8; j++) expect(placed[j]).toBeCloseTo(model.users[user * 8 + j] ?? 0, 2);
    }
    expect([...foldIn([])].every((value) => value === 0)).toBe(true);
  });

  it('are judged on what was held out, and then know it', async () => {
    const { model, recall } = await trainAndJudge(planted('d'), OPTIONS, 'seed');
    expect(recall).toBeGreaterThan(0.7);
    expect(model.users).toHaveLength(80 * 8);
  });
});

describe('the linear model', () => {
  it('gives by its dual what the inverse over items gives', async () => {
    const matrix = planted('e', 14, 6);
    const size = 6;
    const lambda = 3;
    const gram = Array.from({ length: size }, (_, a) =>
      Array.from({ length: size }, (_unused, b) => {
        let sum = a === b ? lambda : 0;
        for (let row = 0; row < 14; row++) {
          const own = columnsOf(matrix, row);
          if (own.includes(a) && own.includes(b)) sum += 1;
        }
        return sum;
      }),
    );
    const inverse = invertByRows(gram);
    const model = await trainEase(matrix, lambda);
    for (let row = 0; row < 14; row++) {
      const own = [...columnsOf(matrix, row)];
      const scores = model.scores(own);
      for (let column = 0; column < size; column++) {
        if (own.includes(column)) continue;
        const expected = own.reduce(
          (sum, from) => sum - (inverse[from]?.[column] ?? 0) / (inverse[column]?.[column] ?? 1),
          0,
        );
        expect(scores[column]).toBeCloseTo(expected, 9);
      }
    }
    await expect(trainEase({ ...matrix, rows: 2501 })).rejects.toThrow(RangeError);
  });
});

/** Gauss and Jordan, for the test alone. */
function invertByRows(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const work = matrix.map((row, a) => [...row, ...row.map((_, b) => (a === b ? 1 : 0))]);
  for (let at = 0; at < size; at++) {
    const pivot = work[at]?.[at] ?? 1;
    work[at] = (work[at] ?? []).map((value) => value / pivot);
    for (let row = 0; row < size; row++) {
      const factor = work[row]?.[at] ?? 0;
      if (row !== at) work[row] = (work[row] ?? []).map((value, n) => value - factor * (work[at]?.[n] ?? 0));
    }
  }
  return work.map((row) => row.slice(size));
}

describe('neighbours', () => {
  const matrix = createMatrix(4, 5, [
    [0, 0, 1],
    [0, 1, 1],
    [1, 0, 1],
    [1, 1, 1],
    [1, 2, 1],
    [2, 1, 1],
    [2, 3, 1],
    [3, 4, 1],
  ]);
  const turned = transpose(matrix);

  it('are the nearest by cosine, ties by the lower row', () => {
    const near = createCosineScan(matrix, turned).nearest(columnsOf(matrix, 0), 5, 0);
    expect(near.map(({ row }) => row)).toEqual([1, 2]);
    expect(near[0]?.similarity).toBeCloseTo(2 / Math.sqrt(6));
    expect(near[1]?.similarity).toBeCloseTo(1 / 2);
    const scores = neighbourScores(matrix, near);
    expect(topColumns(scores, 3, (column) => column < 2)).toEqual([2, 3]);
  });

  it('are walked to with less weight on what everybody has', () => {
    const plain = walkScores(matrix, turned, columnsOf(matrix, 0), 0);
    expect([...plain].reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
    const damped = walkScores(matrix, turned, columnsOf(matrix, 0), 1);
    expect((damped[1] ?? 0) / (plain[1] ?? 1)).toBeLessThan((damped[2] ?? 0) / (plain[2] ?? 1));
  });

  it('leaves zeros, what is taken and everything past the count out', () => {
    expect(topColumns(Float64Array.of(3, 0, 5, 5, 1), 3, (column) => column === 0)).toEqual([2, 3, 4]);
    expect(topColumns(Float64Array.of(3, 0, 5, 5, 1), 1, () => false)).toEqual([2]);
  });
});
