import { idSchema, RESTRICTION_KINDS } from '@socialkit/core';
import { z } from 'zod';
import { subjectRefSchema } from '../subjects/types.js';

/** What is enforced on a subject by one decision. `none`: it ended. */
export const ENFORCEMENT_STATES = [
  'none',
  'labeled',
  'held',
  'demoted',
  'limited',
  'removed',
  'suspended',
] as const;
export type EnforcementState = (typeof ENFORCEMENT_STATES)[number];

/**
 * How an appeal against it stands: `none` was made yet, `pending`, `resolved`, `superseded` because it ended before, `expired`
 * because the time for one is over.
 */
export const STATEMENT_APPEAL_STATES = ['none', 'pending', 'resolved', 'superseded', 'expired'] as const;
export type StatementAppealState = (typeof STATEMENT_APPEAL_STATES)[number];

/**
 * A statement of reasons as its addressee sees it: everything Article 17(3) of the Digital Services Act asks for. Who
 * reported, how many, and when, is nowhere in it; nor who decided.
 */
export const statementSchema = z.object({
  id: idSchema,
  decisionId: idSchema,
  subject: subjectRefSchema,
  at: z.int().meta({ description: 'when it began, Unix ms' }),
  kind: z.enum(RESTRICTION_KINDS),
  label: z.string().nullable(),
  enforcement: z.enum(ENFORCEMENT_STATES),
  until: z.int().nullable().meta({ description: 'when it ends by itself, Unix ms' }),
  endedAt: z.int().nullable().meta({ description: 'when it ended, Unix ms' }),
  end: z.enum(['reversed', 'expired', 'replaced']).nullable(),
  territory: z
    .array(z.string())
    .readonly()
    .meta({ description: 'where it holds, ISO 3166; empty: everywhere' }),
  category: z.string(),
  facts: z.string(),
  source: z.enum(['automated', 'notice', 'own_initiative']),
  automatedDetection: z.boolean(),
  automatedDecision: z.enum(['none', 'partial', 'full']),
  ground: z.enum(['illegal', 'incompatible']),
  groundText: z.string(),
  explanation: z.string(),
  redress: z.object({
    state: z.enum(STATEMENT_APPEAL_STATES),
    appealId: idSchema.nullable(),
    appealableUntil: z
      .int()
      .nullable()
      .meta({ description: 'Unix ms; null where there is nothing to appeal against' }),
    outOfCourt: z.string().nullable(),
  }),
  text: z.string().meta({ description: 'all of it as a letter, in the language asked for' }),
});
export type Statement = Readonly<z.output<typeof statementSchema>>;

/** BCP 47, for example `de` or `pt-BR`. */
export const localeSchema = z.string().regex(/^[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,3}$/);
