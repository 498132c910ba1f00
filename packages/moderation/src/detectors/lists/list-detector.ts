import { createHash } from 'node:crypto';
import { invalid } from '@socialkit/core';
import type { Category } from '../../kernel/categories.js';
import type { Detector } from '../../kernel/detector.js';
import type { Evidence, Finding } from '../../kernel/finding.js';
import { evidenceOfHits } from '../evidence.js';
import { baseList } from './base-list.js';
import type { WordHit, WordIndex } from './match.js';
import { compileWordIndex } from './word-index.js';
import { type WordList, type WordListInput, wordListSchema } from './word-list.js';

/** What a hit says alone, by severity: how often such a word is an offence. Several words and disguise add to it. */
const ALONE: Readonly<Record<1 | 2 | 3, number>> = { 1: 0.08, 2: 0.35, 3: 0.5 };
const DISGUISED = 0.1;
const MOST = 0.9;

/** Categories for which the shipped model already weighs the package's own words: counting them twice would only add noise. */
const WEIGHED_BY_MODEL: ReadonlySet<Category> = new Set<Category>(['hate', 'sexual']);

/** The lists that are in force; replaced as a whole, so that no text is read with half of them. */
export interface WordLists {
  readonly lists: readonly WordList[];
  readonly index: WordIndex;
  /** Changes with every list and version. */
  readonly version: string;
  /**
   * Puts a list in place of the one with its id, or adds it. The same id and version again change nothing.
   * @throws word_list.invalid, word_list.too_large
   */
  replace(list: WordListInput): void;
  /** Takes a list out; the package's own stays. Whether it was there. */
  remove(id: string): boolean;
}

/**
 * Compiles the package's own list and the host's into one automaton.
 *
 * @throws word_list.invalid, word_list.too_large
 */
export function createWordLists(own: readonly WordListInput[] = []): WordLists {
  let lists: readonly WordList[] = [baseList];
  for (const list of own) lists = withList(lists, parse(list));
  let index = compileWordIndex(lists);
  let version = versionOf(lists);
  const use = (next: readonly WordList[]) => {
    const compiled = compileWordIndex(next);
    lists = next;
    index = compiled;
    version = versionOf(next);
  };
  return {
    get lists() {
      return lists;
    },
    get index() {
      return index;
    },
    get version() {
      return version;
    },
    replace(input) {
      const list = parse(input);
      if (lists.some(({ id, version: known }) => id === list.id && known === list.version)) return;
      use(withList(lists, list));
    },
    remove(id) {
      if (id === baseList.id || !lists.some((list) => list.id === id)) return false;
      use(lists.filter((list) => list.id !== id));
      return true;
    },
  };
}

function parse(input: WordListInput): WordList {
  const parsed = wordListSchema.safeParse(input);
  if (!parsed.success) {
    throw invalid(
      'word_list.invalid',
      'this is no word list',
      parsed.error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
    );
  }
  if (parsed.data.id === baseList.id) {
    throw invalid('word_list.invalid', `the id ${baseList.id} is the package's own`);
  }
  return parsed.data;
}

const withList = (lists: readonly WordList[], list: WordList): readonly WordList[] => [
  ...lists.filter(({ id }) => id !== list.id),
  list,
];

const versionOf = (lists: readonly WordList[]): string =>
  createHash('sha256')
    .update(JSON.stringify(lists.map(({ id, version }) => [id, version])))
    .digest('hex')
    .slice(0, 12);

/** Words of lists as evidence: one finding a category, its spans on the words. A decisive entry scores 1. */
export function createListDetector(lists: WordLists): Detector {
  return {
    id: 'words',
    get version() {
      return lists.version;
    },
    get categories() {
      return [...new Set(lists.lists.flatMap(({ entries }) => entries.map(({ category }) => category)))];
    },
    detect({ readings }) {
      const hitsOf = new Map<Category, { hits: WordHit[]; evidence: Evidence[] }>();
      for (const reading of readings) {
        const grouped = new Map<Category, WordHit[]>();
        for (const hit of reading.hits) {
          const { category } = hit.pattern.entry;
          if (hit.pattern.list === baseList && WEIGHED_BY_MODEL.has(category)) continue;
          const known = grouped.get(category);
          if (known) known.push(hit);
          else grouped.set(category, [hit]);
        }
        for (const [category, hits] of grouped) {
          const all = hitsOf.get(category) ?? { hits: [], evidence: [] };
          all.hits.push(...hits);
          all.evidence.push(evidenceOfHits(reading, hits, noteOf(hits)));
          hitsOf.set(category, all);
        }
      }
      const findings = [...hitsOf].map(([category, { hits, evidence }]) =>
        finding(lists.version, category, hits, evidence),
      );
      return { findings, missing: [] };
    },
  };
}

function finding(
  version: string,
  category: Category,
  hits: readonly WordHit[],
  evidence: readonly Evidence[],
): Finding {
  const decisive = hits.some(({ pattern }) => pattern.entry.decisive);
  let none = 1;
  for (const { pattern, evaded } of hits.slice(0, 8)) {
    none *= 1 - (ALONE[pattern.entry.severity] + (evaded ? DISGUISED : 0));
  }
  return {
    detector: 'words',
    version,
    category,
    score: decisive ? 1 : Math.min(MOST, 1 - none),
    group: 'words',
    decisive,
    shadow: false,
    evidence,
    contributions: [],
  };
}

function noteOf(hits: readonly WordHit[]): string {
  const disguised = hits.filter(({ evaded }) => evaded).length;
  const lists = [...new Set(hits.map(({ pattern }) => pattern.list.id))].join(', ');
  const count = hits.length === 1 ? 'a listed word' : `${hits.length} listed words`;
  return `${count} (${lists})${disguised > 0 ? `, ${disguised} disguised` : ''}`;
}
