import { idSchema, line, operation, pageFields, pageOf } from '@socialkit/core';
import { z } from 'zod';
import { appealTextSchema, appealViewSchema, ruleStandingSchema } from './types.js';

/** Operations of appeals. */
export const appealOperations = {
  file: operation({
    name: 'appeals.file',
    summary:
      'Appeals against a decision that restricts you or your content. Once a decision, and also while suspended.',
    method: 'POST',
    path: '/moderation/statements/{statementId}/appeal',
    permission: 'user',
    input: z.strictObject({ statementId: idSchema, text: appealTextSchema }),
    output: appealViewSchema,
  }),
  fileAboutReport: operation({
    name: 'appeals.fileAboutReport',
    summary: 'Appeals against the decision to leave something that you reported.',
    method: 'POST',
    path: '/reports/{reportId}/appeal',
    permission: 'user',
    input: z.strictObject({ reportId: idSchema, text: appealTextSchema }),
    output: appealViewSchema,
  }),
  list: operation({
    name: 'appeals.list',
    summary: 'Your own appeals and what became of them, newest first.',
    method: 'GET',
    path: '/moderation/appeals',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(appealViewSchema),
  }),
  rules: operation({
    name: 'appeals.rules',
    summary: 'How the decisions of rules stood on appeal, by rule.',
    method: 'GET',
    path: '/moderation/rules',
    permission: 'staff:rules.read',
    rateLimit: 'staff',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(ruleStandingSchema),
  }),
  reinstate: operation({
    name: 'appeals.reinstate',
    summary: 'Lets a rule remove by itself again.',
    method: 'POST',
    path: '/moderation/rules/{ruleId}/reinstate',
    permission: 'staff:rules.reinstate',
    rateLimit: 'staff',
    input: z.strictObject({ ruleId: z.string().min(1).max(64), reason: line(500, 1) }),
    output: z.object({ changed: z.boolean() }),
  }),
} as const;
