import { createCursorCodec, type Id, idSchema, type Page, SocialError } from '@socialkit/core';
import { z } from 'zod';
import type { ListedItem, RankedList, RankedListStore } from './store.js';

/** Where a page of a ranked list ended: which list, made with which profile, how far into it. */
const positionSchema = z.strictObject({
  p: z.string().max(40),
  s: idSchema,
  o: z.int().min(1).max(1000),
});
type Position = z.output<typeof positionSchema>;

/** Entries looked at beyond a page, at most, when what is next may not be shown. */
const MIN_BATCH = 20;

/** A page of a ranked list. */
export interface ListPage<T> {
  readonly kind: string;
  readonly userId: Id;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly lists: Pick<RankedListStore, 'find'>;
  /** The list a first page begins with. */
  current(): Promise<RankedList>;
  /** What of these may be shown now, in order, in the form the caller gets; the rest is left out. */
  show(items: readonly ListedItem[]): Promise<readonly { readonly id: Id; readonly item: T }[]>;
}

/**
 * Reads one page of a ranked list. Pages of one list are disjoint and, as long as nothing is hidden meanwhile, whole; the
 * same list gives the same page. What is hidden is filled up from behind.
 *
 * @throws cursor.invalid (validation); cursor.expired (gone) when the list of the cursor is kept no longer
 */
export async function readListPage<T>(page: ListPage<T>): Promise<Page<T> & { readonly list: RankedList }> {
  const codec = createCursorCodec<Position>(`discovery.${page.kind}:${page.userId}`, positionSchema);
  const after = codec.decode(page.cursor);
  const list = after ? await page.lists.find(page.kind, page.userId, after.s) : await page.current();
  if (!list || (after && list.profile !== after.p))
    throw new SocialError('gone', 'cursor.expired', 'these recommendations are kept no longer; start again');
  const items: T[] = [];
  let at = after?.o ?? 0;
  while (items.length < page.limit && at < list.items.length) {
    const batch = list.items.slice(at, at + Math.max(MIN_BATCH, page.limit));
    const shown = new Map((await page.show(batch)).map(({ id, item }) => [id, item] as const));
    for (const { id } of batch) {
      if (items.length === page.limit) break;
      at += 1;
      const item = shown.get(id);
      if (item !== undefined) items.push(item);
    }
  }
  const more = at < list.items.length;
  const nextCursor = more ? codec.encode({ p: list.profile, s: list.snapshot, o: at }) : null;
  return { items, nextCursor, list };
}

/** Runs something that the answer does not wait for; a failure is logged and changes nothing. */
export function afterAnswer(
  work: () => Promise<unknown>,
  logger: { warn(fields: object, message: string): void },
): void {
  setImmediate(() => {
    work().catch((error: unknown) => logger.warn({ err: error }, 'work after an answer failed'));
  });
}
