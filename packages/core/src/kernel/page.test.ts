import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createCursorCodec, MAX_CURSOR_BYTES, pageFields } from './page.js';

const position = z.tuple([z.string(), z.int()]);
const codec = createCursorCodec('posts.profile:5', position);

describe('a cursor', () => {
  it('gives back the position it was made from, and nothing for none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer(), (text, n) => {
        expect(codec.decode(codec.encode([text, n]))).toEqual([text, n]);
      }),
    );
    expect(codec.decode(undefined)).toBeNull();
  });

  it('is safe in a URL and short', () => {
    const cursor = codec.encode(['9223372036854775807', 9_007_199_254_740_991]);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(cursor.length).toBeLessThan(MAX_CURSOR_BYTES / 2);
  });

  const refused = (cursor: string, by: { decode(cursor: string): unknown } = codec) => {
    expect(() => by.decode(cursor)).toThrow(
      expect.objectContaining({ code: 'cursor.invalid', category: 'validation' }),
    );
  };

  it('is refused by another listing and by another version of the same position', () => {
    const cursor = codec.encode(['1', 2]);
    refused(cursor, createCursorCodec('posts.profile:6', position));
    refused(cursor, createCursorCodec('posts.profile:5', z.string()));
    expect(createCursorCodec('posts.profile:5', position).decode(cursor)).toEqual(['1', 2]);
  });

  it('is refused after any single change', () => {
    const cursor = codec.encode(['3561234567890123456', 1]);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    for (let at = 0; at < cursor.length - 1; at++)
      for (const letter of [...alphabet].filter((_, n) => n % 7 === 0)) {
        if (letter === cursor[at]) continue;
        refused(cursor.slice(0, at) + letter + cursor.slice(at + 1));
      }
    refused(cursor.slice(1));
    refused(`${cursor}AAAA`);
  });

  it('is refused, never a crash, for anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: 'binary' })), (text) => {
        try {
          codec.decode(text);
        } catch (error) {
          expect(error).toMatchObject({ code: 'cursor.invalid' });
        }
      }),
      { numRuns: 2000 },
    );
    refused('');
    refused('A'.repeat(MAX_CURSOR_BYTES + 1));
    refused(Buffer.from('x.[1,["1",2]]').toString('base64url'));
  });
});

describe('page fields', () => {
  const schema = z.strictObject({ ...pageFields });
  it('take 1 to 100 items, 20 by default', () => {
    expect(schema.parse({})).toEqual({ limit: 20 });
    for (const limit of [1, 100]) expect(schema.parse({ limit }).limit).toBe(limit);
    for (const limit of [0, 101, 1.5, '5', Number.NaN, Number.POSITIVE_INFINITY])
      expect(schema.safeParse({ limit }).success).toBe(false);
    expect(schema.safeParse({ cursor: 'x'.repeat(MAX_CURSOR_BYTES + 1) }).success).toBe(false);
    expect(schema.safeParse({ offset: 1 }).success).toBe(false);
  });
});
