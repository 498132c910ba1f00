import { isDeepStrictEqual } from 'node:util';
import { type Actor, anonymous, isSocialError, type Page } from '@socialkit/core';
import type { SocialKit } from '../../kit/index.js';
import { createDice, type Dice } from './dice.js';
import type { Looker } from './oracle-accounts.js';
import type { PlainWorld } from './plain-world.js';
import type { Player } from './player.js';

/** What a read refused with, by the code of its error. */
export interface Refusal {
  readonly error: string;
}

export interface PageInput {
  readonly limit: number;
  readonly cursor?: string;
}

/** One viewer's look at a played world. */
export interface Look {
  readonly kit: SocialKit;
  readonly world: PlainWorld;
  readonly viewer: Looker;
  readonly actor: Actor;
  readonly dice: Dice;
  /** Notes a difference between what a read said and what it should have. */
  same(what: object, said: unknown, expected: unknown): void;
  /** What a call says, mapped to what the oracle speaks about. */
  ask<T, R>(call: () => Promise<T>, map: (value: T) => R): Promise<R | Refusal>;
  /**
   * All items of a listing, page by page with a small limit. Notes pages that are not full but not the last, and items
   * that come twice.
   * @param key what tells items apart
   */
  walk<T, R>(
    what: object,
    call: (page: PageInput) => Promise<Page<T>>,
    map: (item: T) => R,
    key?: (item: R) => unknown,
  ): Promise<R[] | Refusal>;
}

const PAGES_AT_MOST = 200;

const refusalOf = (error: unknown): Refusal => {
  if (isSocialError(error)) return { error: error.code };
  throw error;
};

/** A difference between a read and the oracle. */
export interface Difference {
  readonly operation: string;
  readonly viewer: Looker;
  readonly what: object;
  readonly said: unknown;
  readonly expected: unknown;
}

/** Opens the eyes of one viewer for one operation. */
export function createLook(
  { kit, world }: Player,
  operation: string,
  viewer: Looker,
  given: { readonly actor?: Actor; readonly seed: number; note(difference: Difference): void },
): Look {
  const dice = createDice(given.seed);
  const note = (what: object, said: unknown, expected: unknown) =>
    given.note({ operation, viewer, what, said, expected });
  const ask: Look['ask'] = async (call, map) => {
    try {
      return map(await call());
    } catch (error) {
      return refusalOf(error);
    }
  };
  return {
    kit,
    world,
    viewer,
    actor: given.actor ?? (viewer === null ? anonymous : kit.actor(viewer)),
    dice,
    ask,
    same(what, said, expected) {
      if (!isDeepStrictEqual(said, expected)) note(what, said, expected);
    },
    async walk(what, call, map, key = (item) => item) {
      const limit = 1 + dice.below(4);
      const items: ReturnType<typeof map>[] = [];
      let cursor: string | undefined;
      for (let pages = 0; pages < PAGES_AT_MOST; pages++) {
        const page = await ask(
          () => call(cursor === undefined ? { limit } : { limit, cursor }),
          (said) => said,
        );
        if ('error' in page) return page;
        items.push(...page.items.map(map));
        if (page.items.length > limit || (page.nextCursor !== null && page.items.length < limit))
          note(what, `a page of ${page.items.length}, and more to come`, `pages of ${limit}`);
        if (page.nextCursor === null) {
          const keys = items.map((item) => JSON.stringify(key(item)));
          if (new Set(keys).size < keys.length) note(what, keys, 'nothing twice');
          return items;
        }
        cursor = page.nextCursor;
      }
      note(what, `${PAGES_AT_MOST} pages and no end`, 'a last page');
      return items;
    },
  };
}
