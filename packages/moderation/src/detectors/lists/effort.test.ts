import { describe, expect, it } from 'vitest';
import { plainView } from '../../normalise/plain-view.js';
import { baseWordIndex } from './base-index.js';
import { type Effort, findWords } from './match.js';

const HOSTILE: Readonly<Record<string, string>> = {
  'one letter': 'a',
  'a listed word': 'shit',
  'a listed word with blanks': 'fuck ',
  'single letters': 'f u c k ',
  'signs that are read twice': '1',
  'signs and letters': 'b1!|',
  stars: 'f*',
  dashes: 'f-u-c-k-',
  entities: '&#98;',
  'beginnings of entities': '&',
  'invisible characters': 'a\u200b',
  'heaps of marks': 'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
  overrides: '\u202ea',
  'closing overrides': '\u202eab\u202c',
  'look-alikes': 'ѕһіт',
  'half words': 'fu ck ',
  dots: 'a.',
  'long words': 'bitchbitchbitchbitchbitchbitchbitchbitch',
  pictures: '🔥',
};

const effortOf = (unit: string, length: number): number => {
  const effort: Effort = { steps: 0 };
  const view = plainView(unit.repeat(Math.ceil(length / unit.length)).slice(0, length));
  findWords(view, baseWordIndex(), effort);
  return effort.steps + view.work;
};

describe('hostile texts', () => {
  it.each(Object.entries(HOSTILE))('takes work that grows with the text only: %s', (_, unit) => {
    const small = effortOf(unit, 10_000);
    const large = effortOf(unit, 100_000);
    expect(large).toBeLessThan(100_000 * 40);
    // Ten times the text, at most ten times the work and a little for what is counted once.
    expect(large).toBeLessThanOrEqual(small * 10.5 + 1_000);
  });
});
