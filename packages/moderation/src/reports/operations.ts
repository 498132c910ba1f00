import { idempotencyFields, idSchema, line, operation, pageFields, pageOf, prose } from '@socialkit/core';
import { z } from 'zod';
import { subjectRefSchema } from '../subjects/types.js';
import { reportReasonSchema } from './reasons.js';
import { ownReportSchema, REPORT_STATES, reasonSchema, reporterSchema, staffReportSchema } from './types.js';

const reason = line(500, 1);

/** Public operations of reports. */
export const reportOperations = {
  create: operation({
    name: 'reports.create',
    summary:
      'Reports something you can see. Saying it twice counts once; nobody but staff learns who reported.',
    method: 'POST',
    path: '/reports',
    permission: 'user',
    input: z.strictObject({
      subject: subjectRefSchema,
      reason: reportReasonSchema,
      note: prose(1000, 1).optional(),
      ...idempotencyFields,
    }),
    output: z.object({ reportId: idSchema, state: z.enum(REPORT_STATES), isNew: z.boolean() }),
  }),
  mine: operation({
    name: 'reports.mine',
    summary: 'Your own reports and what became of them, newest first.',
    method: 'GET',
    path: '/reports',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(ownReportSchema),
  }),
  reasons: operation({
    name: 'reports.reasons',
    summary: 'Why something can be reported, in families.',
    method: 'GET',
    path: '/report-reasons',
    permission: 'anyone',
    input: z.strictObject({}),
    output: z.object({ items: z.array(reasonSchema).readonly() }),
  }),
  ofCase: operation({
    name: 'reports.ofCase',
    summary: 'The reports of a case with those who made them, oldest first.',
    method: 'GET',
    path: '/cases/{caseId}/reports',
    permission: 'staff:reports.read',
    rateLimit: 'staff',
    input: z.strictObject({ caseId: idSchema, ...pageFields }),
    output: pageOf(staffReportSchema),
  }),
  mute: operation({
    name: 'reports.mute',
    summary: "Lets an account's reports count nothing for a while; they are kept.",
    method: 'PUT',
    path: '/reporters/{userId}/mute',
    permission: 'staff:reporters.moderate',
    rateLimit: 'staff',
    input: z.strictObject({
      userId: idSchema,
      durationMs: z
        .int()
        .min(60_000)
        .max(3650 * 86_400_000)
        .nullable(),
      reason,
    }),
    output: reporterSchema,
  }),
  trust: operation({
    name: 'reports.trust',
    summary: 'Makes an account a trusted reporter, or no longer.',
    method: 'PUT',
    path: '/reporters/{userId}/trust',
    permission: 'staff:reporters.moderate',
    rateLimit: 'staff',
    input: z.strictObject({ userId: idSchema, trusted: z.boolean(), reason }),
    output: reporterSchema,
  }),
} as const;
