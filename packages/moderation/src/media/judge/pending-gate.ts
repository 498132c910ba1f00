import type { ContentGate, GateVerdict } from '@socialkit/core';

/** The warning that media of a post are shown behind until they were looked at. */
export const PENDING_LABEL = 'media-pending';

const PENDING: GateVerdict = Object.freeze({
  decision: 'blur',
  label: PENDING_LABEL,
  reasons: [PENDING_LABEL],
  grounds: {
    category: 'other',
    ruleId: PENDING_LABEL,
    facts: 'The post has pictures or videos that were not looked at yet.',
    explanation: 'Until they were looked at, others see them behind a warning. Nothing else follows from it.',
  },
} as const);

/**
 * Lets posts with media through behind a warning that ends with the verdict about them. Whatever the inner gate decides beyond
 * letting through stays as it is.
 */
export function createPendingGate(inner: ContentGate): ContentGate {
  return {
    async review(subject) {
      const verdict = await inner.review(subject);
      if (subject.surface !== 'post' || subject.media.length === 0 || verdict.decision !== 'allow')
        return verdict;
      return verdict.reference === undefined ? PENDING : { ...PENDING, reference: verdict.reference };
    },
  };
}
