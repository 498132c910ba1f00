import { z } from 'zod';

/** Where a text appears. The surfaces of core's content gate, and names of groups. */
export const SURFACES = ['post', 'comment', 'profile', 'message', 'group', 'media'] as const;
export type Surface = (typeof SURFACES)[number];

/** How well an author is known; a policy may ask more of some. The host decides what the tiers mean. */
export const AUTHOR_TIERS = ['new', 'known', 'trusted'] as const;
export type AuthorTier = (typeof AUTHOR_TIERS)[number];

/** Characters of all texts of a subject at most. */
export const MAX_SUBJECT_CHARACTERS = 200_000;

const wellFormed = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text);
const text = z.string().max(100_000).refine(wellFormed, 'NUL or a lone surrogate');

/** What is judged: texts and media of one revision of one thing. */
export const subjectSchema = z
  .strictObject({
    surface: z.enum(SURFACES),
    id: z.string().min(1).max(200),
    /** Counts edits: a result holds for one revision. @default 0 */
    revision: z.number().int().min(0).default(0),
    /** Field names to texts. */
    texts: z.record(z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/), text),
    /** @default [] */
    links: z.array(z.string().max(2048)).max(100).default([]),
    /** Pictures and videos, by the host's reference and the SHA-256 of their bytes. @default none */
    media: z
      .array(z.strictObject({ ref: z.string().min(1).max(512), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
      .max(20)
      .optional(),
    authorId: z.string().min(1).max(64).nullable().default(null),
    authorTier: z.enum(AUTHOR_TIERS).default('known'),
    /** BCP 47; null where unknown. */
    locale: z.string().min(2).max(35).nullable().default(null),
  })
  .refine(
    ({ texts }) =>
      Object.values(texts).reduce((sum, value) => sum + value.length, 0) <= MAX_SUBJECT_CHARACTERS &&
      Object.keys(texts).length <= 32,
    'too many texts, or too long together',
  );

export type ModerationSubjectInput = z.input<typeof subjectSchema>;
export type ModerationSubject = Readonly<z.output<typeof subjectSchema>>;
