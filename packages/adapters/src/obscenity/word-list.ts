import type { WordEntryInput, WordListInput } from '@socialkit/moderation';
import { englishDataset, type ParsedPattern, SyntaxKind } from 'obscenity';

/** The built form of a dataset of obscenity. */
export interface PatternDataset {
  readonly blacklistedTerms: readonly { readonly pattern: ParsedPattern }[];
  readonly whitelistedTerms?: readonly string[] | undefined;
}

/** Ways one pattern may be written at most. */
const MOST_WAYS = 16;

/** Everything a pattern matches, as terms; empty where it has a wildcard or says less than two letters. */
function termsOf(pattern: ParsedPattern): readonly string[] {
  let ways = [''];
  for (const node of pattern.nodes) {
    if (node.kind === SyntaxKind.Wildcard) return [];
    const optional = node.kind === SyntaxKind.Optional;
    const inner = optional ? node.childNode : node;
    if (inner.kind === SyntaxKind.Wildcard) return [];
    const letters = String.fromCodePoint(...inner.chars);
    ways = optional ? ways.flatMap((way) => [way, way + letters]) : ways.map((way) => way + letters);
    if (ways.length > MOST_WAYS) return [];
  }
  const left = pattern.requireWordBoundaryAtStart ? '' : '*';
  const right = pattern.requireWordBoundaryAtEnd ? '' : '*';
  return ways
    .map((way) => way.trim())
    .filter((way) => /[\p{L}\p{N}]{2,}/u.test(way) && !way.includes('*'))
    .map((way) => `${left}${way}${right}`);
}

/**
 * A dataset of obscenity as a word list. Patterns with wildcards are left out; whitelisted terms become exceptions of the terms
 * they hold. Words are evidence, not verdicts, unless `decisive`.
 */
export function wordsOfDataset(
  dataset: PatternDataset,
  list: Pick<WordListInput, 'id' | 'version'> & { readonly decisive?: boolean },
): WordListInput {
  const whitelisted = (dataset.whitelistedTerms ?? [])
    .map((term) => term.trim())
    .filter((term) => term.length >= 2);
  const terms = [...new Set(dataset.blacklistedTerms.flatMap(({ pattern }) => termsOf(pattern)))];
  const entries = terms.map((term): WordEntryInput => {
    const bare = term.replaceAll('*', '').toLowerCase();
    return {
      term,
      category: 'profanity',
      severity: 2,
      decisive: list.decisive ?? false,
      exceptions: whitelisted
        .filter((one) => one.toLowerCase().includes(bare))
        .map((one) => `*${one}*`)
        .slice(0, 200),
    };
  });
  return { id: list.id, version: list.version, language: 'en', entries };
}

/** The English words that obscenity ships. */
export const obscenityWords = (): WordListInput =>
  wordsOfDataset(englishDataset.build(), { id: 'obscenity-en', version: '0.4' });
