import { describe, expect, it } from 'vitest';
import { sentimentOf } from './rules.js';

const compound = (text: string): number => sentimentOf(text).compound;

describe('sentiment', () => {
  it('is 0 where no word is rated', () => {
    expect(compound('')).toBe(0);
    expect(compound('the table stands in the corner')).toBe(0);
  });

  it.each([
    ['degree words', 'the food is very good', 'the food is good'],
    ['exclamation marks', 'the food is good!!!', 'the food is good'],
    ['capitals among small letters', 'the food is GOOD', 'the food is good'],
    ['what follows but', 'the room was bad but the food is good', 'the food is good but the room was bad'],
    ['negation', 'the food is good', 'the food is not good'],
    ['negation of bad', 'the food is not terrible', 'the food is terrible'],
    ['pictures', 'dinner 😍', 'dinner 😭'],
    ['faces', 'dinner :)', 'dinner :('],
  ])('hears %s', (_, higher, lower) => {
    expect(compound(higher)).toBeGreaterThan(compound(lower));
  });

  it('points at the rated words', () => {
    const text = 'What a wonderful, wonderful day';
    expect(sentimentOf(text).words.map(({ span }) => text.slice(span.start, span.end))).toEqual([
      'wonderful',
      'wonderful',
    ]);
  });

  it('stays between -1 and 1', () => {
    expect(compound('great '.repeat(5_000))).toBeLessThanOrEqual(1);
    expect(compound('awful '.repeat(5_000))).toBeGreaterThanOrEqual(-1);
  });
});
