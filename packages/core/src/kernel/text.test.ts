import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { countCharacters, hasBalancedBidi, line, opaqueKey, prose } from './text.js';

const accepts = (schema: ReturnType<typeof prose>, value: unknown) => schema.safeParse(value).success;

describe('prose', () => {
  const schema = prose(10);

  it('counts code points after NFC', () => {
    expect(countCharacters('🐢ż')).toBe(2);
    expect(schema.parse('🐢'.repeat(10))).toHaveLength(20);
    expect(accepts(schema, '🐢'.repeat(11))).toBe(false);
    expect(schema.parse('z\u0307'.repeat(10))).toBe('ż'.repeat(10));
    expect(accepts(prose(10, 1), '')).toBe(false);
    expect(accepts(prose(10, 1), 'a')).toBe(true);
  });

  it('keeps what people type as it is', () => {
    const texts = [
      ' a ',
      'a\n\nb',
      '\ta',
      'שלום',
      'مرحبا',
      '👨\u200D👩\u200D👧',
      '🏳\uFE0F\u200D🌈',
      '\u2067אב\u2069',
      'e\u200Cf',
    ];
    for (const text of texts) expect(schema.parse(text)).toBe(text.normalize('NFC'));
  });

  it('refuses what nobody types', () => {
    const bad = [
      '\u0000',
      'a\u0000b',
      '\u0007',
      '\r',
      '\u007F',
      '\u0085',
      '\uFFFE',
      '\uD83D',
      '\uDC22a',
      '\uDC22\uD83D',
    ];
    for (const text of bad) expect(accepts(schema, text), JSON.stringify(text)).toBe(false);
    for (const value of [1, null, undefined, {}, ['a'], Symbol('a')])
      expect(accepts(schema, value)).toBe(false);
  });

  it('wants bidirectional controls closed within their paragraph', () => {
    const good = ['\u202Aa\u202C', '\u2066\u202Ea\u202C\u2069', 'a\u200Eb', ''];
    const bad = [
      '\u202E',
      'a\u2066b',
      '\u202C',
      '\u2067a\n\u2069',
      '\u202Aa\u2069',
      '\u2066\u202Aa\u2069\u202C',
    ];
    for (const text of good) expect(hasBalancedBidi(text)).toBe(true);
    for (const text of bad) {
      expect(hasBalancedBidi(text)).toBe(false);
      expect(accepts(schema, text)).toBe(false);
    }
  });

  it('answers for any string at once, gives NFC within the limit, and accepts its own output', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc
            .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
            .map((codes) => String.fromCharCode(...codes)),
          fc.string({ unit: 'grapheme', maxLength: 12 }),
          fc.constantFrom(
            '\u0344'.repeat(200),
            'ﷺ'.repeat(50),
            '\u202A'.repeat(5000),
            'a\u0300'.repeat(4000),
          ),
        ),
        (text) => {
          const parsed = schema.safeParse(text);
          if (!parsed.success) return;
          expect(parsed.data).toBe(text.normalize('NFC'));
          expect([...parsed.data].length).toBeLessThanOrEqual(10);
          expect(Buffer.from(parsed.data, 'utf8').toString('utf8')).toBe(parsed.data);
          expect(JSON.parse(JSON.stringify(parsed.data))).toBe(parsed.data);
          expect(schema.parse(parsed.data)).toBe(parsed.data);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('refuses an absurd length before any work is done on it', () => {
    const normalize = vi.spyOn(String.prototype, 'normalize');
    try {
      expect(accepts(schema, 'a\u0300'.repeat(5_000_000))).toBe(false);
      expect(normalize).not.toHaveBeenCalled();
    } finally {
      normalize.mockRestore();
    }
  });
});

describe('a line', () => {
  it('is trimmed, has no breaks and no bidirectional controls', () => {
    const schema = line(10, 1);
    expect(schema.parse('  Ala  ')).toBe('Ala');
    expect(schema.parse('עברית')).toBe('עברית');
    for (const text of ['', '   ', 'a\nb', 'a\tb', '\u202Ea\u202C', '\u200Fa', 'a'.repeat(11)])
      expect(schema.safeParse(text).success, JSON.stringify(text)).toBe(false);
  });
});

describe('an opaque key', () => {
  it('is printable ASCII without spaces, compared as it is', () => {
    const schema = opaqueKey(8);
    for (const key of ['a', 'A-z_09', '~!@#$%^&'.slice(0, 8)]) expect(schema.parse(key)).toBe(key);
    for (const key of ['', 'a b', 'ż', 'a\n', '123456789', '\u0000', 5])
      expect(schema.safeParse(key).success).toBe(false);
  });
});
