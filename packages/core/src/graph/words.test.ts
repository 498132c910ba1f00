import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalWord, createWordFilter } from './words.js';

describe('the word filter', () => {
  const hides = (words: readonly string[], text: string) =>
    createWordFilter(words.map(canonicalWord))([text]);

  it('finds whole words, whatever their case or width', () => {
    expect(hides(['Spoiler'], 'SPOILER ahead')).toBe(true);
    expect(hides(['spoiler'], 'ｓｐｏｉｌｅｒ!')).toBe(true);
    expect(hides(['art'], 'a cart, an article')).toBe(false);
    expect(hides(['art'], 'modern art.')).toBe(true);
  });

  it('finds hashtags by their word and phrases across any spaces', () => {
    expect(hides(['#finale'], 'what a #Finale')).toBe(true);
    expect(hides(['season finale'], 'the season\n finale')).toBe(true);
    expect(hides(['season finale'], 'season two, finale')).toBe(false);
  });

  it('finds words anywhere in scripts that use no spaces', () => {
    expect(hides(['猫'], '私の猫です')).toBe(true);
    expect(hides(['แมว'], 'ฉันรักแมวมาก')).toBe(true);
  });

  it('takes signs literally', () => {
    expect(hides(['c++'], 'I like C++ a lot')).toBe(true);
    expect(hides(['c++'], 'cccc')).toBe(false);
    expect(hides(['.*'], 'anything')).toBe(false);
  });

  it('hides nothing without words', () => {
    expect(createWordFilter([])(['anything'])).toBe(false);
  });

  it('always finds the word itself, and its canonical form is idempotent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (text) => {
        const word = canonicalWord(text);
        expect(canonicalWord(word)).toBe(word);
        if (word !== '') expect(createWordFilter([word])([`( ${text} )`])).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
