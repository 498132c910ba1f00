import { z } from 'zod';
import { categorySchema } from '../kernel/categories.js';
import { AUTHOR_TIERS, SURFACES } from '../kernel/subject.js';

/** What happens to the subject. In order of weight: a heavier one wins. */
export const DECISIONS = ['approve', 'blur_and_warn', 'flag_for_review', 'remove'] as const;
export type Decision = (typeof DECISIONS)[number];

const key = z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
const share = z.number().min(0).max(1);

/** Counted facts a condition may ask about. */
export const FACTS = [
  'accountAgeMs',
  'authorTexts',
  'inFastWindow',
  'inSlowWindow',
  'ownCopies',
  'othersCopies',
  'otherAuthors',
  'newDomains',
  'reportRatio',
] as const;

/** Ends of a range: `gte`/`gt` below, `lte`/`lt` above. Without an upper end it is open. */
const range = {
  gte: share.optional(),
  gt: share.optional(),
  lte: share.optional(),
  lt: share.optional(),
};

/**
 * One part of a condition. Inputs may be missing; `missing` says what the part is then, so that no condition is silently false.
 */
export const predicateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('score'), category: categorySchema, ...range, missing: z.boolean() }),
  z.strictObject({
    kind: z.literal('fact'),
    fact: z.enum(FACTS),
    gte: z.number().optional(),
    lt: z.number().optional(),
    missing: z.boolean(),
  }),
  /** A label that the author or subject carries and that has not expired. */
  z.strictObject({ kind: z.literal('label'), label: key }),
  z.strictObject({ kind: z.literal('condition'), name: key, is: z.boolean() }),
]);
export type Predicate = z.output<typeof predicateSchema>;

/** A named condition: all of `all` and, where given, one of `any`. */
export const conditionSchema = z.strictObject({
  name: key,
  all: z.array(predicateSchema).max(20).default([]),
  any: z.array(predicateSchema).max(20).default([]),
});

/** Whom a rule is for. Absent means everybody. */
const selectors = {
  surface: z.array(z.enum(SURFACES)).optional(),
  authorTier: z.array(z.enum(AUTHOR_TIERS)).optional(),
  /** Primary language tags, for example `en`; a rule with locales does not fire where the language is unknown. */
  locale: z.array(z.string().regex(/^[a-z]{2,8}$/)).optional(),
};

export const effectsSchema = z.strictObject({
  decision: z.enum(DECISIONS),
  /** Who sees it until a person has decided. @default 'author' */
  visibilityWhilePending: z.enum(['author', 'everyone', 'blurred']).default('author'),
  labels: z.array(key).max(10).default([]),
  queue: key.nullable().default(null),
  /** 0 to 100. @default 50 */
  priority: z.number().int().min(0).max(100).default(50),
  /** Weight of a strike once a person has confirmed. @default 0 */
  strike: z.number().int().min(0).max(100).default(0),
  statementTemplate: key.nullable().default(null),
});

export const ruleSchema = z.strictObject({
  id: key,
  when: z.union([
    z.strictObject({ category: categorySchema, ...range, ...selectors }),
    z.strictObject({ condition: key, ...selectors }),
  ]),
  do: effectsSchema,
});

/** What happens when a category cannot be judged although it should: publish, hold, or decide on what is there, more strictly. */
export const FAIL_MODES = ['open', 'closed', 'degrade'] as const;
export type FailMode = (typeof FAIL_MODES)[number];

export const policySchema = z.strictObject({
  id: key,
  version: z.number().int().min(1),
  description: z.string().max(500).default(''),
  conditions: z.array(conditionSchema).max(100).default([]),
  rules: z.array(ruleSchema).min(1).max(200),
  failPolicy: z
    .array(
      z.strictObject({
        category: categorySchema.nullable().default(null),
        surface: z.enum(SURFACES).nullable().default(null),
        mode: z.enum(FAIL_MODES),
      }),
    )
    .max(100)
    .default([]),
  automation: z
    .strictObject({
      /** Categories in which only a person removes. */
      humanOnly: z.array(categorySchema).max(40),
      /** Automatic removals an hour; beyond them content goes to review instead. */
      removalsPerHour: z.number().int().min(0).max(1_000_000),
    })
    .default({ humanOnly: ['hate', 'harassment', 'threat', 'self_harm', 'faces'], removalsPerHour: 200 }),
  /** In a degraded decision lower ends of score ranges are multiplied by this. @default 0.8 */
  degradedFactor: z.number().min(0.1).max(1).default(0.8),
  /** How long a result may be reused. @default one day */
  resultTtlMs: z.number().int().min(1000).max(31_536_000_000).default(86_400_000),
  /** The policy this one runs beside without changing anything. */
  shadowOf: key.nullable().default(null),
});

export type PolicyInput = z.input<typeof policySchema>;
export type Policy = z.output<typeof policySchema>;
export type Rule = Policy['rules'][number];
export type Condition = z.output<typeof conditionSchema>;
export type Effects = z.output<typeof effectsSchema>;
