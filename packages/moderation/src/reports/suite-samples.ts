import type { Id } from '@socialkit/core';
import type { Report } from './types.js';

/** An open report as it is written. */
export const sampleReport = (id: Id, overrides: Partial<Report> = {}): Report => ({
  id,
  reporterId: '5',
  subject: { kind: 'post', id: '12' },
  revision: 1,
  authorId: '7',
  reason: 'misleading.spam',
  note: null,
  weight: 1,
  trusted: false,
  muted: false,
  young: false,
  crowd: id,
  state: 'open',
  caseId: null,
  at: 1_000,
  decidedAt: null,
  ...overrides,
});
