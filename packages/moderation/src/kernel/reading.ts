import { baseList } from '../detectors/lists/base-list.js';
import { findWords, type WordHit, type WordIndex } from '../detectors/lists/match.js';
import { type PlainView, plainView } from '../normalise/plain-view.js';
import type { ModerationSubject } from './subject.js';

/** One text, read once for all detectors. */
export interface Reading {
  readonly field: string;
  readonly view: PlainView;
  /** Words of all lists, in order. */
  readonly hits: readonly WordHit[];
  /** Words of the package's own list: features of its models, whatever lists a host adds. */
  readonly baseHits: readonly WordHit[];
}

/** Reads the texts of a subject in the order of their names, so that results do not hang on the order of keys. */
export function readSubject(subject: ModerationSubject, index: WordIndex): readonly Reading[] {
  return Object.keys(subject.texts)
    .sort()
    .filter((field) => subject.texts[field] !== '')
    .map((field) => readText(field, subject.texts[field]!, index));
}

/** Reads one text. */
export function readText(field: string, text: string, index: WordIndex): Reading {
  const view = plainView(text);
  const hits = findWords(view, index);
  return { field, view, hits, baseHits: hits.filter(({ pattern }) => pattern.list === baseList) };
}
