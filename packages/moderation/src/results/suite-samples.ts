import type { Id } from '@socialkit/core';
import type { Finding } from '../kernel/finding.js';
import type { ModerationResult } from '../kernel/result.js';
import { subjectSchema } from '../kernel/subject.js';
import { decide } from '../policy/decide.js';
import { loadPolicy } from '../policy/load-policy.js';
import { type KeptResult, NO_CLUSTER } from './types.js';

const policy = loadPolicy({
  id: 'sample',
  version: 1,
  rules: [
    {
      id: 'toxicity',
      when: { category: 'toxicity', gte: 0.9 },
      do: { decision: 'flag_for_review', queue: 'toxicity' },
    },
  ],
});

/** What a detector found in a sample. */
export const sampleFinding = (overrides: Partial<Finding> = {}): Finding => ({
  detector: 'text',
  version: '1',
  category: 'toxicity',
  score: 0.97,
  group: 'text',
  decisive: false,
  shadow: false,
  evidence: [{ kind: 'span', field: 'text', spans: [{ start: 0, end: 3 }], note: 'a word' }],
  contributions: [],
  ...overrides,
});

/** A result as a policy gives it. */
export const sampleResult = (findings: readonly Finding[] = [sampleFinding()]): ModerationResult =>
  decide(policy, {
    subject: subjectSchema.parse({ surface: 'post', id: 'new', texts: { text: 'a sample' } }),
    findings,
    missing: [],
    facts: null,
    labels: [],
    now: 1_000,
    removalAllowed: true,
    traceId: null,
    latencyMs: 1,
  });

/** A kept result without a subject. */
export const sampleKept = (
  id: Id,
  overrides: Partial<KeptResult> = {},
): Omit<KeptResult, 'subject' | 'revision' | 'offence'> => ({
  id,
  result: sampleResult(),
  authorId: '7',
  authorTier: 'known',
  locale: null,
  facts: null,
  cluster: NO_CLUSTER,
  at: 1_000,
  ...overrides,
});
