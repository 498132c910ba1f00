import {
  GROUNDS_SOURCES,
  idempotencyFields,
  idSchema,
  line,
  operation,
  prose,
  RESTRICTION_KINDS,
  SUBJECT_KINDS,
} from '@socialkit/core';
import { z } from 'zod';
import { subjectRefSchema } from '../subjects/types.js';
import { groundsSchema, measureInputSchema } from './types.js';

/** A measure as staff see it. */
export const staffMeasureSchema = z.object({
  id: idSchema,
  decisionId: idSchema,
  subject: subjectRefSchema,
  authorId: idSchema,
  revision: z.int().nullable(),
  kind: z.enum(RESTRICTION_KINDS),
  label: z.string().nullable(),
  until: z.int().nullable().meta({ description: 'Unix ms' }),
  caseId: idSchema.nullable(),
  source: z.enum(GROUNDS_SOURCES),
  category: z.string(),
  ruleId: z.string().nullable(),
  explanation: z.string(),
  automatedDecision: z.enum(['none', 'partial', 'full']),
  at: z.int().meta({ description: 'Unix ms' }),
  endedAt: z.int().nullable(),
  end: z.string().nullable(),
});
export type StaffMeasure = Readonly<z.output<typeof staffMeasureSchema>>;

/** Operations of measures, for staff. */
export const measureOperations = {
  apply: operation({
    name: 'measures.apply',
    summary:
      'Restricts content or an account without a case, with a statement of reasons to whom it restricts.',
    method: 'POST',
    path: '/moderation/measures',
    permission: 'staff:measures.apply',
    rateLimit: 'staff',
    input: z.strictObject({
      subject: subjectRefSchema,
      revision: z.int().min(1).meta({ description: 'the revision it was decided about' }),
      measures: z.array(measureInputSchema).min(1).max(6),
      strike: z.int().min(0).max(100).default(0),
      category: groundsSchema.shape.category,
      ruleId: groundsSchema.shape.ruleId.meta({ description: 'the rule of the policy it rests on' }),
      ground: groundsSchema.shape.ground.default('incompatible'),
      groundText: line(500, 1).default('The terms of this platform.'),
      facts: prose(5000, 1).optional(),
      explanation: prose(2000, 1),
      ...idempotencyFields,
    }),
    output: z.object({ items: z.array(staffMeasureSchema).readonly() }),
  }),
  reverse: operation({
    name: 'measures.reverse',
    summary: 'Takes a measure back; what else was decided stays.',
    method: 'POST',
    path: '/moderation/measures/{measureId}/reverse',
    permission: 'staff:measures.reverse',
    rateLimit: 'staff',
    input: z.strictObject({ measureId: idSchema, reason: prose(2000, 1) }),
    output: z.object({ changed: z.boolean() }),
  }),
  ofSubject: operation({
    name: 'measures.ofSubject',
    summary: 'The measures that hold on a subject, oldest first.',
    method: 'GET',
    path: '/moderation/measures/{kind}/{id}',
    permission: 'staff:measures.read',
    rateLimit: 'staff',
    input: z.strictObject({ kind: z.enum(SUBJECT_KINDS), id: z.string().min(1).max(64) }),
    output: z.object({ items: z.array(staffMeasureSchema).readonly() }),
  }),
} as const;
