import { z } from 'zod';
import { categorySchema } from '../../kernel/categories.js';

/** How heavy a word is: 1 mild, 2 strong, 3 a slur or worse. */
export type Severity = 1 | 2 | 3;

const term = z
  .string()
  .min(2)
  .max(100)
  .regex(/[\p{L}\p{N}]{2,}|[\p{L}\p{N}][\s\S]*[\p{L}\p{N}]/u, 'a term needs two letters or digits')
  .regex(/^\*?[^*]+\*?$/u, 'a star stands at the beginning or the end only');

/**
 * One entry of a word list. `term` is a word or phrase; a star at its beginning or end lets it continue there inside a
 * longer word (`fuck*`, `*fuck*`). Without stars it matches as a whole word with its usual endings (-s, -es, -ed, -er, -ing, -y).
 */
export const wordEntrySchema = z.strictObject({
  term,
  category: categorySchema,
  severity: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  /** Words that hold the term and are harmless; a star at either end as in `term`. @default [] */
  exceptions: z.array(term).max(200).default([]),
  /** Only exactly this word, without endings. @default false */
  exact: z.boolean().default(false),
  /** Also written with two letters exchanged or its vowels left out. @default false */
  variants: z.boolean().default(false),
  /** May flag alone; without it a hit is evidence that other detectors weigh. @default false */
  decisive: z.boolean().default(false),
});

/** A list as data. `version` is part of every finding; another version is another list. */
export const wordListSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  version: z.string().min(1).max(64),
  /** BCP 47 language of the entries, for the host's own bookkeeping. @default 'und' */
  language: z.string().min(2).max(35).default('und'),
  entries: z.array(wordEntrySchema).max(20_000),
});

export type WordEntryInput = z.input<typeof wordEntrySchema>;
export type WordEntry = z.output<typeof wordEntrySchema>;
export type WordListInput = z.input<typeof wordListSchema>;
export type WordList = z.output<typeof wordListSchema>;
