import { type Subscriber, systemActor, type UnitOfWork } from '@socialkit/core';
import type { ModerationReading, ModerationUnit } from '../stores.js';

/** Puts every notice on record in the staff log, without who gave it: reports are counted from there alone. */
export const createNoticeSubscriber = (deps: {
  readonly unitOfWork: UnitOfWork<ModerationUnit>;
  readonly readers: Pick<ModerationReading, 'audit'>;
}): Subscriber => ({
  name: 'moderation.notices',
  types: ['report.created'],
  async handle(event) {
    if (event.type !== 'report.created') return;
    const { reportId, subjectKind, subjectId } = event.payload;
    const subject = { kind: 'report', id: reportId };
    if ((await deps.readers.audit.bySubject(subject, { limit: 1 })).length > 0) return;
    await deps.unitOfWork.transact(async ({ reports, audit }) => {
      const report = (await reports.byIds([reportId])).get(reportId);
      await audit.append({
        actor: systemActor('notices'),
        action: 'reports.receive',
        subject,
        details: {
          subjectKind,
          subjectId,
          category: report?.reason ?? 'unknown',
          trusted: report?.trusted ?? false,
        },
      });
    });
  },
});
