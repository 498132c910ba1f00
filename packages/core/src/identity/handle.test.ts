import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { skeletonOf } from './confusables.js';
import { createHandleRules, RESERVED_HANDLES } from './handle.js';

const ascii = createHandleRules();
const unicode = createHandleRules({ unicode: true });
const canonical = (rules: typeof ascii, text: string) => rules.parse(text).handle;

describe('handles', () => {
  it('have one canonical form', () => {
    for (const text of ['Ada_Lovelace', 'ADA_LOVELACE', 'ada_lovelace', 'Ａｄａ_Ｌovelace'])
      expect(canonical(ascii, text)).toBe('ada_lovelace');
  });

  it('are 3 to 30 of a-z, 0-9 and _ unless the platform opts in to more', () => {
    for (const good of ['abc', 'a_1', '___', 'a'.repeat(30)]) expect(canonical(ascii, good)).toBe(good);
    for (const bad of [
      '',
      'ab',
      'a'.repeat(31),
      'a b c',
      'a-b-c',
      '@ada',
      'añb',
      'адa',
      'a\u0000bc',
      'a\u200bbc',
      '\ud800abc',
    ])
      expect(canonical(ascii, bad), JSON.stringify(bad)).toBeNull();
  });

  it('take letters of one script when the platform opts in', () => {
    for (const good of [
      'José',
      'ελένη',
      'дмитрий',
      'さくら',
      '山田_たろう',
      '김철수',
      'tokyo東京',
      'שלום',
      'प्रिया',
      'ñandú_7',
      'straße',
    ])
      expect(canonical(unicode, good), good).not.toBeNull();
    for (const bad of [
      'pаypal',
      'αbc',
      'дmitry',
      'ab\u200dcd',
      'ㅤㅤㅤ',
      'a\u0301\u0302\u0303bc',
      '\u0301abc',
      'ʌdam',
      '𝒶𝒷𝒸𐐨',
      'a😀bc',
      '...',
      'a’bc',
    ])
      expect(canonical(unicode, bad), JSON.stringify(bad)).toBeNull();
    expect(canonical(unicode, 'STRASSE')).toBe(canonical(unicode, 'straße'));
    expect(canonical(unicode, 'ΟΔΥΣΣΕΥΣ')).toBe(canonical(unicode, 'οδυσσευς'));
  });

  it('canonicalise to a fixed point, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        for (const rules of [ascii, unicode]) {
          const once = rules.parse(text);
          if (once.handle === null) continue;
          expect(rules.parse(once.handle)).toEqual(once);
          expect(skeletonOf(once.skeleton)).toBe(once.skeleton);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

describe('look-alikes', () => {
  it('share a skeleton', () => {
    for (const [one, other] of [
      ['paypal', 'paypa1'],
      ['google', 'g00gle'],
      ['modern', 'rnodern'],
      ['wow', 'vvow'],
      ['ada__l', 'ada_l'],
      ['сосо', 'coco'],
      ['рауо', 'payo'],
      ['οοο', 'ooo'],
      ['ռաս', 'nwu'],
      ['カロ口', 'カ口口'],
      ['şaban', 'șaban'],
    ] as const)
      expect(skeletonOf(one), `${one} and ${other}`).toBe(skeletonOf(other));
  });

  it('are not confused with names that merely resemble', () => {
    for (const [one, other] of [
      ['jose', 'josé'],
      ['anna', 'hanna'],
      ['user_12', 'user_21'],
      ['алла', 'анна'],
    ] as const)
      expect(skeletonOf(one)).not.toBe(skeletonOf(other));
  });

  it('of reserved names are reserved too', () => {
    const skeleton = (text: string) => {
      const parsed = unicode.parse(text);
      if (parsed.handle === null) throw new Error(parsed.reason);
      return parsed.skeleton;
    };
    expect(RESERVED_HANDLES).toContain('admin');
    for (const name of ['admin', 'Admin', 'adrnin', 'adm1n', '4dmin', 'supp0rt', 'offlcial', 'r00t'])
      expect(unicode.isReserved(skeleton(name)), name).toBe(true);
    expect(unicode.isReserved(skeleton('ada'))).toBe(false);
    const own = createHandleRules({ reserved: ['ada'] });
    expect(own.isReserved('ada')).toBe(true);
    expect(own.isReserved('admin')).toBe(false);
  });
});
