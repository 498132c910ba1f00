import type { Id } from '@socialkit/core';
import { NO_CLUSTER } from '../results/types.js';
import type { CaseVote, ReviewCase } from './types.js';

/** An open case as it is written; everything that a test does not look at is the same in all. */
export const sampleCase = (id: Id, overrides: Partial<ReviewCase> = {}): ReviewCase => ({
  id,
  lane: 'review',
  subject: { kind: 'post', id },
  revision: 1,
  contentHash: 'c0ffee',
  authorId: '7',
  queue: 'toxicity',
  category: 'toxicity',
  severity: 2,
  confidence: 0.5,
  reach: 0,
  source: 'automated',
  reportWeight: 0,
  reportCount: 0,
  trusted: false,
  rank: -1_000,
  state: 'open',
  resultId: null,
  rules: [],
  detectors: [],
  cluster: NO_CLUSTER,
  notBy: [],
  ofCaseId: null,
  skips: 0,
  openedAt: 1_000,
  dueAt: 10_000,
  breachedAt: null,
  claim: null,
  tokens: 0,
  decidedAt: null,
  decidedBy: null,
  verdict: null,
  overturnedAt: null,
  ...overrides,
});

/** A vote to restrict. */
export const sampleVote = (caseId: Id, moderatorId: Id, overrides: Partial<CaseVote> = {}): CaseVote => ({
  caseId,
  moderatorId,
  kind: 'vote',
  decision: 'restrict',
  measures: [{ kind: 'remove', until: null }],
  category: 'spam',
  reason: 'copies',
  handlingMs: 20,
  at: 2_000,
  ...overrides,
});
