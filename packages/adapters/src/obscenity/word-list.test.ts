import { createFakeClock } from '@socialkit/core';
import { createTextModeration, createWordLists } from '@socialkit/moderation';
import { DataSet, parseRawPattern } from 'obscenity';
import { describe, expect, it } from 'vitest';
import { obscenityWords, type PatternDataset, wordsOfDataset } from './index.js';

const built = (patterns: readonly string[], whitelisted: readonly string[] = []): PatternDataset =>
  new DataSet<{ originalWord: string }>()
    .addPhrase((phrase) => {
      for (const pattern of patterns) phrase.addPattern(parseRawPattern(pattern));
      for (const term of whitelisted) phrase.addWhitelistedTerm(term);
      return phrase.setMetadata({ originalWord: 'word' });
    })
    .build();

describe('words of obscenity', () => {
  it('writes out optional letters, keeps boundaries and leaves wildcards out', () => {
    const { entries } = wordsOfDataset(built(['|zor[b]al|', 'quix', '|fl?p|'], ['quixote']), {
      id: 'own',
      version: '1',
    });
    expect(entries.map(({ term, exceptions }) => [term, exceptions])).toEqual([
      ['zoral', []],
      ['zorbal', []],
      ['*quix*', ['*quixote*']],
    ]);
  });

  it('finds the shipped words in all disguises of the pipeline, and not what is whitelisted', async () => {
    const lists = createWordLists([obscenityWords()]);
    expect(lists.lists.at(-1)!.entries.length).toBeGreaterThan(50);
    const moderation = createTextModeration({ clock: createFakeClock() }, { lists });
    const notesOf = async (text: string) => {
      const { findings } = await moderation.detect({ surface: 'post', id: 'p', texts: { text } });
      return findings.flatMap(({ evidence }) => evidence.map(({ note }) => note)).join('; ');
    };
    expect(await notesOf('what a b.i.t.c.h')).toContain('obscenity-en');
    expect(await notesOf('off to Scunthorpe for the day')).not.toContain('obscenity-en');
  });
});
