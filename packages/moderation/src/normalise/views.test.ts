import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseWordIndex } from '../detectors/lists/base-index.js';
import { findWords } from '../detectors/lists/match.js';
import { plainView, spanInOriginal } from './plain-view.js';

const unit = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.constantFrom(
    'fuck',
    's h i t',
    'bi\u200btch',
    '&#98;itch',
    '\u202ehctib\u202c',
    'ｂｉｔｃｈ',
    'b\u0301i\u0336tch',
    'f**k',
    '🔥',
    ' ',
  ),
);
const text = fc.array(unit, { maxLength: 30 }).map((parts) => parts.join(''));

describe('plain view', () => {
  it('keeps the offsets of ASCII texts', () => {
    const view = plainView('Hello THERE');
    expect(view.text).toBe('hello there');
    expect(view.starts).toBeNull();
  });

  it.each([
    ['entities', '&#98;&#x69;tch', 'bitch'],
    ['full-width letters', 'ｂｉｔｃｈ', 'bitch'],
    ['marks', 'b\u0301i\u0336t\u0323ch', 'bitch'],
    ['invisible characters', 'bi\u200bt\u00adc\ufeffh', 'bitch'],
    ['overrides', '\u202ehctib\u202c', 'bitch'],
    ['letters in boxes', '🅱🅸🆃🅲🅷', 'bitch'],
    ['fillers', 'bi\u3164tch', 'bitch'],
  ])('folds %s', (_, written, read) => {
    expect(plainView(written).text).toBe(read);
  });

  it('leaves words of another script as they are', () => {
    expect(plainView('Добрый день').text).toBe('добрый день');
    expect(plainView('東京タワー').text).toBe('東京タワー');
  });

  it('names ranges that lie in the original, whatever the text', () => {
    fc.assert(
      fc.property(text, (original) => {
        const view = plainView(original);
        for (const { start, end } of findWords(view, baseWordIndex())) {
          const span = spanInOriginal(view, start, end);
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeGreaterThan(span.start);
          expect(span.end).toBeLessThanOrEqual(original.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('is the same whatever was read before', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const first = findWords(plainView(one), baseWordIndex());
        findWords(plainView(other), baseWordIndex());
        expect(findWords(plainView(one), baseWordIndex())).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });
});
