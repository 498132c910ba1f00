import { createFeatureExtractor } from '../detectors/linear/features.js';
import { baseWordIndex } from '../detectors/lists/base-index.js';
import { findWords } from '../detectors/lists/match.js';
import { plainView } from '../normalise/plain-view.js';
import { DISGUISES, disguise } from './disguise.js';

/** The features of a text exactly as the shipped detectors extract them. */
export function createTextReader(bits: number): (text: string) => Uint32Array {
  const extractor = createFeatureExtractor(bits);
  const index = baseWordIndex();
  return (text) => {
    const view = plainView(text);
    const { indices, count } = extractor.extract(view.text, findWords(view, index), text);
    return indices.slice(0, count);
  };
}

/**
 * The text with one word written in another way: a listed word where there is one, else, with `anyWord`, any word of four to
 * nine letters. Null where there is none, or where offsets of the text and its view differ.
 */
export function disguised(text: string, anyWord: boolean, random: () => number): string | null {
  const view = plainView(text);
  if (view.starts !== null) return null;
  const listed = findWords(view, baseWordIndex()).filter(({ pattern }) => pattern.entry.severity > 1);
  const ranges: readonly { start: number; end: number }[] =
    listed.length > 0
      ? listed
      : anyWord
        ? [...text.matchAll(/\b[A-Za-z]{4,9}\b/g)].map((match) => ({
            start: match.index,
            end: match.index + match[0].length,
          }))
        : [];
  if (ranges.length === 0) return null;
  const range = ranges[Math.floor(random() * ranges.length)]!;
  return disguise(text, range, DISGUISES[Math.floor(random() * DISGUISES.length)]!, random);
}

/** The text with a letter left out of one word, or two exchanged; null where no word is long enough. */
export function misspelt(text: string, random: () => number): string | null {
  const words = [...text.matchAll(/\b[A-Za-z]{4,}\b/g)];
  if (words.length === 0) return null;
  const match = words[Math.floor(random() * words.length)]!;
  const word = match[0];
  const at = 1 + Math.floor(random() * (word.length - 2));
  const written =
    random() < 0.5
      ? word.slice(0, at) + word.slice(at + 1)
      : word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2);
  return text.slice(0, match.index) + written + text.slice(match.index + word.length);
}
