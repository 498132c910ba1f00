import type { SubjectSnapshot } from '@socialkit/core';
import type { ModerationReading } from '../stores.js';
import { careFor } from './queues.js';
import type { ReviewCase } from './types.js';
import type { CaseSummary, CaseView } from './views.js';

/** Facts about a case. Of a blind second look it does not say that there was a first. */
export const presentSummary = (one: ReviewCase): CaseSummary => ({
  id: one.id,
  // Who looks the second time must not know it.
  lane: one.lane === 'quality' ? 'review' : one.lane,
  subject: one.subject,
  revision: one.revision,
  authorId: one.authorId,
  queue: one.queue,
  category: one.category,
  severity: one.severity,
  confidence: one.confidence,
  source: one.source,
  reportCount: one.reportCount,
  trusted: one.trusted,
  state: one.state,
  openedAt: one.openedAt,
  dueAt: one.dueAt,
  breachedAt: one.breachedAt,
  claimedUntil: one.claim?.until ?? null,
  decidedAt: one.decidedAt,
  verdict: one.verdict,
});

/** A case with what it is about and what was found; nothing says who reported. */
export async function presentCase(
  readers: ModerationReading,
  one: ReviewCase,
  snapshot: SubjectSnapshot | null,
): Promise<CaseView> {
  const kept =
    one.resultId === null ? undefined : (await readers.results.byIds([one.resultId])).get(one.resultId);
  return {
    ...presentSummary(one),
    content: snapshot && {
      revision: snapshot.revision,
      status: snapshot.status,
      texts: snapshot.texts,
      media: snapshot.media,
      context: snapshot.context,
    },
    care: careFor(one.category),
    reasons: (kept?.result.reasons ?? []).map(
      ({ ruleId, category, score, threshold, detector, version, spans, media, text }) => ({
        ruleId,
        category,
        score,
        threshold,
        detector,
        version,
        spans,
        media: media ?? [],
        text,
      }),
    ),
    reportReasons: await readers.reports.reasonsOf(one.id),
  };
}
