import type { GroundsSource, Measure, RestrictionKind, SubjectKind } from '@socialkit/core';
import { z } from 'zod';
import { hasPersonalData, withoutPersonalData } from './redaction.js';

/** Records of one batch at most: the database takes all of them or none. */
export const MAX_BATCH = 100;

/** Where a statement can hold: the members of the European Economic Area. */
export const TERRITORIES = [
  'AT',
  'BE',
  'BG',
  'CY',
  'CZ',
  'DE',
  'DK',
  'EE',
  'ES',
  'FI',
  'FR',
  'GR',
  'HR',
  'HU',
  'IE',
  'IS',
  'IT',
  'LI',
  'LT',
  'LU',
  'LV',
  'MT',
  'NL',
  'NO',
  'PL',
  'PT',
  'RO',
  'SE',
  'SI',
  'SK',
] as const;

const CATEGORIES = [
  'STATEMENT_CATEGORY_ANIMAL_WELFARE',
  'STATEMENT_CATEGORY_CONSUMER_INFORMATION',
  'STATEMENT_CATEGORY_CYBER_VIOLENCE',
  'STATEMENT_CATEGORY_CYBER_VIOLENCE_AGAINST_WOMEN',
  'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS',
  'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS',
  'STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS',
  'STATEMENT_CATEGORY_OTHER_VIOLATION_TC',
  'STATEMENT_CATEGORY_PROTECTION_OF_MINORS',
  'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY',
  'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  'STATEMENT_CATEGORY_SELF_HARM',
  'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS',
  'STATEMENT_CATEGORY_VIOLENCE',
] as const;
const OTHER = 'STATEMENT_CATEGORY_OTHER_VIOLATION_TC';
/** A category of the transparency database. */
export type RecordCategory = (typeof CATEGORIES)[number];

/** What a platform's categories are called there; what is not in it is a violation of its terms. */
export const RECORD_CATEGORIES: Readonly<Record<string, RecordCategory>> = Object.freeze({
  child_safety: 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS',
  minors: 'STATEMENT_CATEGORY_PROTECTION_OF_MINORS',
  doxxing: 'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS',
  privacy: 'STATEMENT_CATEGORY_DATA_PROTECTION_AND_PRIVACY_VIOLATIONS',
  harassment: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
  hate: 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  hate_symbol: 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  toxicity: 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  profanity: 'STATEMENT_CATEGORY_ILLEGAL_OR_HARMFUL_SPEECH',
  copyright: 'STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS',
  election: 'STATEMENT_CATEGORY_NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS',
  extremism: 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY',
  terrorism: 'STATEMENT_CATEGORY_RISK_FOR_PUBLIC_SECURITY',
  scam: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  fraud: 'STATEMENT_CATEGORY_SCAMS_AND_FRAUD',
  self_harm: 'STATEMENT_CATEGORY_SELF_HARM',
  illicit: 'STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS',
  threat: 'STATEMENT_CATEGORY_VIOLENCE',
  violence: 'STATEMENT_CATEGORY_VIOLENCE',
  'violence.graphic': 'STATEMENT_CATEGORY_VIOLENCE',
});

const impersonal = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine((text) => !hasPersonalData(text), 'holds personal data');
const day = z.iso.date().refine((date) => date >= '2000-01-01', 'must be 2000 or later');
const yesNo = z.enum(['Yes', 'No']);

/**
 * A statement of reasons as the transparency database of the European Union takes it, with every rule of its fields: lengths,
 * names of values, and what has to come with what.
 */
export const recordSchema = z
  .strictObject({
    decision_visibility: z
      .array(
        z.enum([
          'DECISION_VISIBILITY_CONTENT_REMOVED',
          'DECISION_VISIBILITY_CONTENT_DISABLED',
          'DECISION_VISIBILITY_CONTENT_DEMOTED',
          'DECISION_VISIBILITY_CONTENT_LABELLED',
        ]),
      )
      .min(1)
      .optional(),
    decision_account: z.enum(['DECISION_ACCOUNT_SUSPENDED', 'DECISION_ACCOUNT_TERMINATED']).optional(),
    account_type: z.enum(['ACCOUNT_TYPE_BUSINESS', 'ACCOUNT_TYPE_PRIVATE']).optional(),
    decision_ground: z.enum(['DECISION_GROUND_ILLEGAL_CONTENT', 'DECISION_GROUND_INCOMPATIBLE_CONTENT']),
    illegal_content_legal_ground: impersonal(500).optional(),
    illegal_content_explanation: impersonal(2000).optional(),
    incompatible_content_ground: impersonal(500).optional(),
    incompatible_content_explanation: impersonal(2000).optional(),
    incompatible_content_illegal: yesNo.optional(),
    decision_facts: impersonal(5000),
    category: z.enum(CATEGORIES),
    category_addition: z.array(z.enum(CATEGORIES)).optional(),
    content_type: z.array(z.enum(['CONTENT_TYPE_TEXT', 'CONTENT_TYPE_OTHER'])).min(1),
    content_type_other: impersonal(500).optional(),
    content_language: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .optional(),
    content_date: day,
    application_date: day,
    end_date_visibility_restriction: day.optional(),
    end_date_account_restriction: day.optional(),
    territorial_scope: z.array(z.enum(TERRITORIES)).min(1),
    source_type: z.enum(['SOURCE_ARTICLE_16', 'SOURCE_TRUSTED_FLAGGER', 'SOURCE_VOLUNTARY']),
    automated_detection: yesNo,
    automated_decision: z.enum([
      'AUTOMATED_DECISION_FULLY',
      'AUTOMATED_DECISION_PARTIALLY',
      'AUTOMATED_DECISION_NOT_AUTOMATED',
    ]),
    puid: z.string().regex(/^[A-Za-z0-9_-]{1,500}$/),
  })
  .refine(
    ({ decision_visibility, decision_account }) =>
      decision_visibility !== undefined || decision_account !== undefined,
    'names no decision',
  )
  .refine(
    (record) =>
      record.decision_ground === 'DECISION_GROUND_ILLEGAL_CONTENT'
        ? record.illegal_content_legal_ground !== undefined &&
          record.illegal_content_explanation !== undefined &&
          record.incompatible_content_ground === undefined
        : record.incompatible_content_ground !== undefined &&
          record.incompatible_content_explanation !== undefined &&
          record.illegal_content_legal_ground === undefined,
    'the ground and its explanation belong to the kind of ground',
  )
  .refine(
    ({ content_type, content_type_other }) =>
      content_type.includes('CONTENT_TYPE_OTHER') === (content_type_other !== undefined),
    'other content is named, and only other content',
  )
  .refine(
    (record) =>
      [record.end_date_visibility_restriction, record.end_date_account_restriction].every(
        (end) => end === undefined || end >= record.application_date,
      ) &&
      (record.end_date_visibility_restriction === undefined || record.decision_visibility !== undefined) &&
      (record.end_date_account_restriction === undefined || record.decision_account !== undefined),
    'a restriction ends after it began, and only what was restricted ends',
  )
  .refine(
    ({ category, category_addition }) => category_addition?.includes(category) !== true,
    'an additional category is another one',
  );
export type TransparencyRecord = Readonly<z.output<typeof recordSchema>>;

const VISIBILITY = {
  remove: 'DECISION_VISIBILITY_CONTENT_REMOVED',
  hold: 'DECISION_VISIBILITY_CONTENT_DISABLED',
  demote: 'DECISION_VISIBILITY_CONTENT_DEMOTED',
  limit: 'DECISION_VISIBILITY_CONTENT_DEMOTED',
  label: 'DECISION_VISIBILITY_CONTENT_LABELLED',
  blur: 'DECISION_VISIBILITY_CONTENT_LABELLED',
} as const satisfies Partial<Record<RestrictionKind, string>>;

const SOURCE = {
  report: 'SOURCE_ARTICLE_16',
  trusted_report: 'SOURCE_TRUSTED_FLAGGER',
  automated: 'SOURCE_VOLUNTARY',
  own_initiative: 'SOURCE_VOLUNTARY',
} as const satisfies Record<GroundsSource, string>;

const AUTOMATED = {
  full: 'AUTOMATED_DECISION_FULLY',
  partial: 'AUTOMATED_DECISION_PARTIALLY',
  none: 'AUTOMATED_DECISION_NOT_AUTOMATED',
} as const;

const OTHER_CONTENT: Readonly<Partial<Record<SubjectKind, string>>> = {
  account: 'User account',
  conversation: 'Group',
};

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** How records are made of measures. */
export interface RecordSettings {
  /** @default the whole European Economic Area */
  readonly territories: readonly (typeof TERRITORIES)[number][];
  /** Categories of the host's own, by name. */
  readonly categories: Readonly<Record<string, RecordCategory>>;
}

// A character is not cut in two.
const cut = (text: string, max: number): string =>
  withoutPersonalData(text)
    .slice(0, max)
    .replace(/[\uD800-\uDBFF]$/, '');

const categoryOf = (category: string, { categories }: RecordSettings): RecordCategory => {
  for (const names of [categories, RECORD_CATEGORIES])
    if (Object.hasOwn(names, category)) return names[category] ?? OTHER;
  return OTHER;
};

/**
 * A measure as a record: personal data in its texts is left out first, ids of people are nowhere in it.
 * @throws ZodError when a rule of a field does not hold: nothing of the batch is handed out then
 */
export function recordOf(measure: Measure, settings: RecordSettings): TransparencyRecord {
  const { kind, grounds, subject, until } = measure;
  const ends = until === null ? undefined : dayOf(until);
  const other = OTHER_CONTENT[subject.kind];
  const language = measure.language?.split('-')[0]?.toUpperCase();
  const illegal = grounds.ground === 'illegal';
  const ground = cut(grounds.groundText, 500);
  const explanation = cut(grounds.explanation, 2000);
  return recordSchema.parse({
    ...(kind === 'suspend'
      ? {
          decision_account: 'DECISION_ACCOUNT_SUSPENDED',
          ...(ends === undefined ? {} : { end_date_account_restriction: ends }),
        }
      : {
          decision_visibility: [VISIBILITY[kind]],
          ...(ends === undefined ? {} : { end_date_visibility_restriction: ends }),
        }),
    decision_ground: illegal ? 'DECISION_GROUND_ILLEGAL_CONTENT' : 'DECISION_GROUND_INCOMPATIBLE_CONTENT',
    ...(illegal
      ? { illegal_content_legal_ground: ground, illegal_content_explanation: explanation }
      : {
          incompatible_content_ground: ground,
          incompatible_content_explanation: explanation,
          incompatible_content_illegal: 'No',
        }),
    decision_facts: cut(grounds.facts, 5000),
    category: categoryOf(grounds.category, settings),
    content_type: [other === undefined ? 'CONTENT_TYPE_TEXT' : 'CONTENT_TYPE_OTHER'],
    ...(other === undefined ? {} : { content_type_other: other }),
    ...(language !== undefined && /^[A-Z]{2}$/.test(language) ? { content_language: language } : {}),
    content_date: dayOf(measure.contentAt),
    application_date: dayOf(measure.at),
    territorial_scope: [...settings.territories],
    source_type: SOURCE[grounds.source],
    automated_detection: grounds.automatedDetection ? 'Yes' : 'No',
    automated_decision: AUTOMATED[grounds.automatedDecision],
    puid: `socialkit-${measure.id}`,
  });
}
