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
