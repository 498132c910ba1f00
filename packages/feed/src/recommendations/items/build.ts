import type { Id } from '@socialkit/core';
import { blend } from '../../ranking/blend.js';
import type { ListedItem } from '../../ranking/store.js';
import type { Because, Found } from '../../ranking/types.js';
import { MAX_EASE_ROWS, trainEase } from '../models/ease.js';
import { type FactorModel, scoresOf } from '../models/ials.js';
import { columnsOf, createMatrix, degree, type Entry, type Matrix, transpose } from '../models/matrix.js';
import { createCosineScan, neighbourScores, walkScores } from '../models/neighbours.js';
import { topColumns } from '../models/train.js';
import type { ItemStore } from './store.js';
import { ITEMS_EASE, ITEMS_PROFILE, MIN_KNOWN } from './types.js';

/** Items of one list. */
const LISTED = 100;
/** Candidates of one way. */
const PER_WAY = 300;
const USERS_PER_PAGE = 500;
const NEAREST_USERS = 100;
const POPULARITY_EXPONENT = 0.3;

/** A catalogue's interactions by numbers: users and items ascending. */
export interface Catalogue {
  readonly users: readonly Id[];
  readonly items: readonly string[];
  readonly userNumber: ReadonlyMap<Id, number>;
  readonly matrix: Matrix;
  readonly turned: Matrix;
  readonly marks: readonly string[];
}

/** Numbers before other texts, each in their order: ties between items go to the lower key. */
const byKey = (a: string, b: string) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

/** Loads a catalogue. */
export async function loadCatalogue(store: ItemStore, catalogue: string): Promise<Catalogue> {
  const users: Id[] = [];
  const taken: (readonly string[])[] = [];
  const marks: string[] = [];
  for (let after: Id | null = null; ; ) {
    const page: Awaited<ReturnType<ItemStore['page']>> = await store.page(catalogue, after, USERS_PER_PAGE);
    for (const { userId, items, mark } of page) {
      users.push(userId);
      taken.push(items);
      marks.push(mark);
    }
    if (page.length < USERS_PER_PAGE) break;
    after = page.at(-1)?.userId ?? null;
  }
  const items = [...new Set(taken.flat())].sort(byKey);
  const numberOf = new Map(items.map((item, n) => [item, n] as const));
  const entries = function* (): Generator<Entry> {
    for (const [row, own] of taken.entries()) for (const item of own) yield [row, numberOf.get(item) ?? 0, 1];
  };
  const matrix = createMatrix(users.length, items.length, entries());
  return {
    users,
    items,
    marks,
    matrix,
    turned: transpose(matrix),
    userNumber: new Map(users.map((id, n) => [id, n] as const)),
  };
}

/** Which of the columns a user has is most like another, by their vectors. */
export function nearestOwn(model: FactorModel, own: ArrayLike<number>, column: number): number | null {
  const { factors, items } = model;
  let best: number | null = null;
  let most = 0;
  const to = column * factors;
  for (let at = 0; at < own.length; at++) {
    const from = (own[at] as number) * factors;
    let dot = 0;
    let size = 0;
    for (let j = 0; j < factors; j++) {
      const value = items[from + j] as number;
      dot += value * (items[to + j] as number);
      size += value * value;
    }
    const likeness = size > 0 ? dot / Math.sqrt(size) : 0;
    if (likeness > most) {
      most = likeness;
      best = own[at] as number;
    }
  }
  return best;
}

/** Makes lists of a catalogue for users it knows. */
export type ListMaker = (user: number, friends: readonly number[]) => readonly ListedItem[];

/**
 * Prepares lists out of a model and its catalogue: factors, the linear model where the users are few enough for it (walks and nearest
 * users elsewhere), and what friends have.
 */
export async function createListMaker(
  catalogue: Catalogue,
  model: FactorModel,
  yieldNow?: () => Promise<void>,
): Promise<ListMaker> {
  const { matrix, turned, items } = catalogue;
  const linear = matrix.rows <= MAX_EASE_ROWS ? await trainEase(matrix, ITEMS_EASE, yieldNow) : null;
  const scan = createCosineScan(matrix, turned);
  const popularity = Float64Array.from({ length: matrix.columns }, (_, column) => degree(turned, column));
  return (user, friends) => {
    const own = columnsOf(matrix, user);
    const has = new Set(own);
    const found = (scores: Float64Array): readonly Found[] =>
      topColumns(scores, PER_WAY, (column) => has.has(column)).map((column) => ({
        id: String(column),
        raw: scores[column] as number,
        because: [],
      }));
    const ways = new Map<string, readonly Found[]>([['popular', found(popularity)]]);
    if (own.length >= MIN_KNOWN) {
      const vector = model.users.subarray(user * model.factors, (user + 1) * model.factors);
      ways.set('factors', found(scoresOf(vector, model.items)));
      if (linear) ways.set('linear', found(linear.scores([...own])));
      else {
        ways.set('walk', found(walkScores(matrix, turned, own, POPULARITY_EXPONENT)));
        const nearest = scan.nearest(own, NEAREST_USERS, user);
        ways.set('neighbours', found(neighbourScores(matrix, nearest)));
      }
    }
    if (friends.length > 0)
      ways.set(
        'friends',
        found(
          neighbourScores(
            matrix,
            friends.map((row) => ({ row, similarity: 1 })),
          ),
        ),
      );
    return blend(ways, ITEMS_PROFILE)
      .slice(0, LISTED)
      .map(({ id, score, parts }) => {
        const column = Number(id);
        const like = own.length >= MIN_KNOWN ? nearestOwn(model, own, column) : null;
        const because: Because[] = [];
        if (like !== null) because.push({ kind: 'similar_to', subject: items[like] as string });
        if (because.length === 0 || parts.popular !== undefined) because.push({ kind: 'popular' });
        return { id: items[column] as string, score, because };
      });
  };
}
