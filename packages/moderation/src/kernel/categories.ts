import { z } from 'zod';

/**
 * What a detector may speak about. A closed set, so that a policy that names a category nobody scores is found when it is
 * loaded; a host's own categories are `policy.<key>`.
 */
export const CATEGORIES = [
  'toxicity',
  'profanity',
  'hate',
  'harassment',
  'threat',
  'violence',
  'violence.graphic',
  'sexual',
  'nsfw',
  'self_harm',
  'hate_symbol',
  'child_safety',
  'known_media',
  'spam',
  'faces',
  'sentiment.negative',
  'sentiment.positive',
] as const;

export type BuiltInCategory = (typeof CATEGORIES)[number];
export type Category = BuiltInCategory | `policy.${string}`;

const POLICY_KEY = /^policy\.[a-z0-9][a-z0-9_.-]{0,62}$/;
const known: ReadonlySet<string> = new Set(CATEGORIES);

/** Whether a string is a category. */
export const isCategory = (value: string): value is Category => known.has(value) || POLICY_KEY.test(value);

export const categorySchema = z
  .string()
  .max(70)
  .refine(isCategory, 'not a category')
  .transform((value) => value as Category);
