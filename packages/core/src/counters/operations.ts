import { z } from 'zod';
import { operation } from '../kernel/operation.js';
import { counterSubjectSchema, MAX_RECONCILE_BATCH, RECONCILE_BATCH, reconciliationSchema } from './types.js';

/** Public operations of the counters. */
export const counterOperations = {
  reconcile: operation({
    name: 'counters.reconcile',
    summary: 'Recounts a stretch of counters, reports those that drifted and repairs them if asked to.',
    method: 'POST',
    path: '/counters/reconcile',
    permission: 'staff:counter.reconcile',
    rateLimit: 'staff',
    input: z
      .strictObject({
        subject: counterSubjectSchema
          .optional()
          .meta({ description: 'kind to begin with; the walk goes on through the kinds behind it' }),
        after: z
          .string()
          .min(1)
          .max(200)
          .nullish()
          .meta({ description: 'id or tag of the last subject looked at, from `next` of the last call' }),
        limit: z.int().min(1).max(MAX_RECONCILE_BATCH).default(RECONCILE_BATCH),
        repair: z.boolean().default(false),
      })
      .refine(
        ({ subject, after }) => (after ?? null) === null || subject !== undefined,
        'after needs a subject: it is a position among the subjects of one kind',
      ),
    output: reconciliationSchema,
  }),
} as const;
