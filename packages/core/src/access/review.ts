import { isSocialError, SocialError } from '../kernel/errors.js';
import type { ContentGate, GateSubject, GateVerdict } from './content-gate.js';

/** Milliseconds a gate may take. */
export const GATE_DEADLINE_MS = 5000;

/**
 * Asks the gate under a deadline.
 * @returns allow, blur or hold
 * @throws content.rejected (forbidden) with the reasons in `fields`, content.gate_unavailable (unavailable) when the
 * gate fails or takes longer than {@link GATE_DEADLINE_MS}: it fails closed
 */
export async function reviewContent(
  gate: ContentGate,
  subject: GateSubject,
  deadlineMs = GATE_DEADLINE_MS,
): Promise<Exclude<GateVerdict, { decision: 'reject' }>> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new SocialError(
            'unavailable',
            'content.gate_unavailable',
            'the content gate did not answer in time',
          ),
        ),
      deadlineMs,
    );
  });
  let verdict: GateVerdict;
  try {
    verdict = await Promise.race([gate.review(subject), deadline]);
  } catch (error) {
    if (isSocialError(error)) throw error;
    throw new SocialError('unavailable', 'content.gate_unavailable', 'the content gate failed', {
      cause: error,
    });
  } finally {
    clearTimeout(timer);
  }
  if (verdict.decision === 'reject')
    throw new SocialError('forbidden', 'content.rejected', 'this content is not accepted here', {
      fields: verdict.reasons.map((message) => ({ path: '', message })),
    });
  return verdict;
}
