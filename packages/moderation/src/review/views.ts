import { GROUNDS_SOURCES, idSchema } from '@socialkit/core';
import { z } from 'zod';
import { measureInputSchema } from '../measures/types.js';
import { subjectRefSchema } from '../subjects/types.js';
import { CASE_LANES, CASE_STATES, VERDICT_DECISIONS } from './types.js';

const verdictSchema = z.object({
  decision: z.enum(VERDICT_DECISIONS),
  category: z.string(),
  measures: z.array(measureInputSchema).readonly(),
  reason: z.string(),
});

/** A case in a list: facts, no content. */
export const caseSummarySchema = z.object({
  id: idSchema,
  lane: z.enum(CASE_LANES),
  subject: subjectRefSchema,
  revision: z.int(),
  authorId: idSchema,
  queue: z.string(),
  category: z.string(),
  severity: z.int(),
  confidence: z.number(),
  source: z.enum(GROUNDS_SOURCES),
  reportCount: z.int(),
  trusted: z.boolean(),
  state: z.enum(CASE_STATES),
  openedAt: z.int(),
  dueAt: z.int(),
  breachedAt: z.int().nullable(),
  claimedUntil: z.int().nullable(),
  decidedAt: z.int().nullable(),
  verdict: verdictSchema.nullable(),
});
export type CaseSummary = Readonly<z.output<typeof caseSummarySchema>>;

/** How gently to show something to a reviewer. */
export const careSchema = z.object({
  preview: z.boolean().meta({ description: 'false: nothing is shown until it is asked for' }),
  blur: z.boolean(),
  greyscale: z.boolean(),
  muted: z.boolean(),
});
export type Care = Readonly<z.output<typeof careSchema>>;

/** A case as a reviewer is shown it. */
export const caseViewSchema = caseSummarySchema.extend({
  content: z
    .object({
      revision: z.int(),
      status: z.string(),
      texts: z.record(z.string(), z.string()),
      media: z.array(z.object({ ref: z.string(), alt: z.string().nullable() })).readonly(),
      context: subjectRefSchema.nullable(),
    })
    .nullable()
    .meta({ description: 'null when it is gone' }),
  care: careSchema,
  reasons: z
    .array(
      z.object({
        ruleId: z.string(),
        category: z.string().nullable(),
        score: z.number().nullable(),
        threshold: z.number().nullable(),
        detector: z.string(),
        version: z.string(),
        spans: z.array(z.object({ field: z.string(), start: z.int(), end: z.int() })).readonly(),
        media: z.array(z.string()).readonly().meta({ description: 'attachments it rests on, by ref' }),
        text: z.string(),
      }),
    )
    .readonly()
    .meta({ description: 'why an automated check found it' }),
  reportReasons: z.array(z.object({ reason: z.string(), count: z.int() })).readonly(),
});
export type CaseView = Readonly<z.output<typeof caseViewSchema>>;

export const queueStatsSchema = z.object({
  queue: z.string(),
  backlog: z.int(),
  oldestAt: z.int().nullable(),
  breached: z.int(),
  inbound: z.int(),
  decided: z.int(),
  handlingMs: z.int().nullable(),
  decisionMs: z.int().nullable(),
});

export const overturnStatsSchema = z.object({
  by: z.enum(['rule', 'detector', 'moderator']),
  name: z.string(),
  decided: z.int(),
  overturned: z.int(),
});
