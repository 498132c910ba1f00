import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { invalid } from './errors.js';

/** One page. Full unless it is the last; `nextCursor` is null exactly when there is nothing further. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** Items of a page when the caller says nothing. */
export const DEFAULT_PAGE_SIZE = 20;
/** Items of a page at most. */
export const MAX_PAGE_SIZE = 100;
/** Length of a cursor at most, in bytes. */
export const MAX_CURSOR_BYTES = 512;

/** The paging fields of an input schema: spread them into a `z.strictObject`. */
export const pageFields = {
  limit: z.int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().max(MAX_CURSOR_BYTES).optional(),
} as const;

/** Output schema of a page of `item`. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });

/** Turns a keyset position into an opaque cursor and back. */
export interface CursorCodec<P> {
  encode(position: P): string;
  /** @throws cursor.invalid (validation) for anything this codec did not make, or made for other arguments */
  decode(cursor: string | undefined): P | null;
}

/**
 * A versioned codec. The cursor is base64url of a checksum and JSON, bound to `surface` (and whatever the
 * caller adds to it, for example the sort and the listed user), so that a cursor of one listing is refused
 * by another. The checksum finds damage, it is not a secret: policy runs on every read anyway.
 */
export function createCursorCodec<P>(surface: string, position: z.ZodType<P>): CursorCodec<P> {
  const version = 1;
  const sum = (body: string) => crc32(`${surface}\n${body}`).toString(36);
  const bad = () =>
    invalid(
      'cursor.invalid',
      'the cursor is damaged or belongs to another listing; start again without one',
      [{ path: 'cursor', message: 'not a cursor of this listing' }],
    );
  return {
    encode(value) {
      const body = JSON.stringify([version, value]);
      return Buffer.from(`${sum(body)}.${body}`, 'utf8').toString('base64url');
    },
    decode(cursor) {
      if (cursor === undefined) return null;
      if (cursor.length > MAX_CURSOR_BYTES || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw bad();
      const raw = Buffer.from(cursor, 'base64url').toString('utf8');
      const dot = raw.indexOf('.');
      const body = raw.slice(dot + 1);
      if (dot < 1 || sum(body) !== raw.slice(0, dot)) throw bad();
      let parsed: unknown;
      try {
        parsed = JSON.parse(body);
      } catch {
        throw bad();
      }
      if (!Array.isArray(parsed) || parsed[0] !== version) throw bad();
      const checked = position.safeParse(parsed[1]);
      if (!checked.success) throw bad();
      return checked.data;
    },
  };
}
