import type { AuditReader, AuditRow, AuditWriter } from './audit.js';
import { actorIdOf } from './events.js';
import { compareIds, type Id, type Ids } from './ids.js';
import type { MemorySession } from './memory.js';
import type { Clock } from './runtime.js';

/** The reference {@link AuditWriter} and {@link AuditReader}. */
export function createMemoryAudit(deps: {
  readonly session: MemorySession;
  readonly clock: Clock;
  readonly ids: Ids;
}): AuditWriter & AuditReader {
  const { session, clock, ids } = deps;
  return {
    append: (entry) =>
      session.run((tables) => {
        const id = ids.next();
        tables.table<AuditRow>('audit_log').put(id, {
          id,
          actorId: actorIdOf(entry.actor),
          action: entry.action,
          subjectKind: entry.subject.kind,
          subjectId: entry.subject.id,
          at: clock.now(),
          details: structuredClone(entry.details ?? {}),
        });
        // The entry waits to be sealed from the moment it is there.
        tables.table<{ readonly auditId: Id }>('audit_unsealed').put(id, { auditId: id });
      }),
    bySubject: (subject, { after, limit }) =>
      session.run((tables) =>
        [...tables.table<AuditRow>('audit_log').rows()]
          .filter((row) => row.subjectKind === subject.kind && row.subjectId === subject.id)
          .filter((row) => after === undefined || compareIds(row.id, after) < 0)
          .sort((a, b) => compareIds(b.id, a.id))
          .slice(0, limit),
      ),
  };
}
