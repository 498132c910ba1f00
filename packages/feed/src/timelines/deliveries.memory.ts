import { compareIds, type Id, type MemorySession, type MemoryTables } from '@socialkit/core';
import { NO_FLOOR } from './merge.js';
import type { AuthorDelivery, DeliveryStore } from './store.js';

interface StateRow {
  readonly distrustUpTo: Id;
}
interface ProgressRow {
  readonly postId: Id;
  readonly watermark: Id;
}
interface PagesRow {
  readonly day: number;
  readonly pages: number;
}

const authors = (tables: MemoryTables) => tables.table<AuthorDelivery>('feed_authors');
const state = (tables: MemoryTables) => tables.table<StateRow>('feed_state');
const progress = (tables: MemoryTables) => tables.table<ProgressRow>('feed_progress');
const pages = (tables: MemoryTables) => tables.table<PagesRow>('feed_pages');
const trust = (tables: MemoryTables): Id => state(tables).get('')?.distrustUpTo ?? NO_FLOOR;

/** Days of page counts that are kept. */
export const PAGE_DAYS = 7;

/** The reference {@link DeliveryStore}. */
export function createMemoryDeliveries(session: MemorySession): DeliveryStore {
  return {
    snapshot: () =>
      session.run((tables) => ({
        distrustUpTo: trust(tables),
        merged: [...authors(tables).rows()]
          .filter(({ since }) => since > 0)
          .sort((a, b) => compareIds(a.authorId, b.authorId)),
      })),
    find: (authorId) => session.run((tables) => authors(tables).get(authorId) ?? null),
    put: (delivery) =>
      session.run((tables) => {
        const known = authors(tables).get(delivery.authorId);
        if (known && known.evaluatedAt > delivery.evaluatedAt) return false;
        authors(tables).put(delivery.authorId, { ...delivery });
        return true;
      }),
    forget: (before) =>
      session.run((tables) => {
        const settled = [...authors(tables).rows()].filter(
          ({ mode, since }) => mode === 'push' && since > 0 && since < before,
        );
        for (const { authorId } of settled) authors(tables).remove(authorId);
        return settled.length;
      }),
    distrust: (upTo) =>
      session.run((tables) => {
        if (compareIds(upTo, trust(tables)) > 0) state(tables).put('', { distrustUpTo: upTo });
      }),
    progress: (postId) => session.run((tables) => progress(tables).get(postId)?.watermark ?? null),
    saveProgress: (postId, watermark) =>
      session.run((tables) => {
        if (watermark === null) progress(tables).remove(postId);
        else progress(tables).put(postId, { postId, watermark });
      }),
    countPages: (day, count) =>
      session.run((tables) => {
        pages(tables).put(String(day), {
          day,
          pages: (pages(tables).get(String(day))?.pages ?? 0) + count,
        });
        for (const row of [...pages(tables).rows()])
          if (row.day < day - PAGE_DAYS) pages(tables).remove(String(row.day));
      }),
    pagesOn: (day) => session.run((tables) => pages(tables).get(String(day))?.pages ?? 0),
  };
}
