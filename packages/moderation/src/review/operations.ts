import { idSchema, nothing, operation, pageFields, pageOf, prose } from '@socialkit/core';
import { z } from 'zod';
import { CASE_STATES, verdictInputSchema } from './types.js';
import { caseSummarySchema, caseViewSchema, overturnStatsSchema, queueStatsSchema } from './views.js';

const byCase = { caseId: idSchema } as const;
const claimed = { ...byCase, token: z.int().min(1) } as const;
const queue = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_.-]{0,63}$/)
  .optional();
const since = z.int().min(0).default(0).meta({ description: 'Unix milliseconds' });
const reason = prose(1000, 1);
const staff = { rateLimit: 'staff' } as const;
const outcome = z.object({
  ok: z.boolean(),
  caseId: idSchema,
  state: z.enum(['decided', 'escalated', 'open']).optional(),
  code: z.string().optional(),
  category: z.string().optional(),
});

/** Operations of the review. */
export const caseOperations = {
  list: operation({
    name: 'cases.list',
    summary: 'Cases in the order in which they are given out.',
    method: 'GET',
    path: '/cases',
    permission: 'staff:cases.read',
    ...staff,
    input: z.strictObject({
      states: z.array(z.enum(CASE_STATES)).min(1).max(4).default(['open']),
      queue,
      ...pageFields,
    }),
    output: pageOf(caseSummarySchema),
  }),
  get: operation({
    name: 'cases.get',
    summary: 'One case with what it is about and what was found.',
    method: 'GET',
    path: '/cases/{caseId}',
    permission: 'staff:cases.read',
    ...staff,
    input: z.strictObject(byCase),
    output: caseViewSchema,
  }),
  near: operation({
    name: 'cases.near',
    summary: 'Open cases that share a text, a domain or an attachment with this one.',
    method: 'GET',
    path: '/cases/{caseId}/near',
    permission: 'staff:cases.read',
    ...staff,
    input: z.strictObject({ ...byCase, by: z.enum(['text', 'domain', 'media']).default('text') }),
    output: z.object({ items: z.array(caseSummarySchema).readonly() }),
  }),
  stats: operation({
    name: 'cases.stats',
    summary: 'How the queues stand, and how often rules, detectors and moderators were overturned.',
    method: 'GET',
    path: '/case-stats',
    permission: 'staff:cases.read',
    ...staff,
    input: z.strictObject({ since }),
    output: z.object({
      queues: z.array(queueStatsSchema).readonly(),
      overturned: z.array(overturnStatsSchema).readonly(),
    }),
  }),
  claim: operation({
    name: 'cases.claim',
    summary: 'Gives you the most urgent case you may decide, for a few minutes; null when there is none.',
    method: 'POST',
    path: '/cases/claims',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject({ queue }),
    output: z.object({
      claim: z.object({ token: z.int(), until: z.int(), case: caseViewSchema }).nullable(),
    }),
  }),
  extend: operation({
    name: 'cases.extend',
    summary: 'Keeps your claim alive while you look.',
    method: 'POST',
    path: '/cases/{caseId}/claim/extend',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject(claimed),
    output: z.object({ until: z.int() }),
  }),
  release: operation({
    name: 'cases.release',
    summary: 'Gives a case back without a word.',
    method: 'POST',
    path: '/cases/{caseId}/claim/release',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject(claimed),
    output: nothing,
  }),
  decide: operation({
    name: 'cases.decide',
    summary: 'Gives a verdict: what it restricts, lifts and tells happens with it or not at all.',
    method: 'POST',
    path: '/cases/{caseId}/verdict',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject({ ...claimed, verdict: verdictInputSchema }),
    output: z.object({ caseId: idSchema, state: z.enum(['decided', 'escalated', 'open']) }),
  }),
  decideMany: operation({
    name: 'cases.decideMany',
    summary: 'Gives one verdict about up to 50 cases that nobody else is looking at.',
    method: 'POST',
    path: '/cases/verdicts',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject({ caseIds: z.array(idSchema).min(1).max(50), verdict: verdictInputSchema }),
    output: z.object({ items: z.array(outcome).readonly() }),
  }),
  skip: operation({
    name: 'cases.skip',
    summary: 'Leaves a case to somebody else, and says why.',
    method: 'POST',
    path: '/cases/{caseId}/skip',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject({ ...claimed, reason }),
    output: nothing,
  }),
  escalate: operation({
    name: 'cases.escalate',
    summary: 'Passes a case on to somebody of higher standing, and says why.',
    method: 'POST',
    path: '/cases/{caseId}/escalation',
    permission: 'staff:cases.decide',
    ...staff,
    input: z.strictObject({ ...claimed, reason }),
    output: nothing,
  }),
} as const;
