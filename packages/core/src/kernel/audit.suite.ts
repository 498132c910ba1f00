import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { staffActor, systemActor } from './actor.js';

/** The contracts of {@link import('./audit.js').AuditWriter} and {@link import('./audit.js').AuditReader}. */
export function auditSuite(backend: SuiteBackend): void {
  describe(`Audit: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const subject = { kind: 'account', id: '5' };
    const log = (action: string, id = '5', details?: Record<string, unknown>) =>
      open.a.unitOfWork.transact(({ audit }) =>
        audit.append({
          actor: staffActor('9', { rank: 1, permissions: [] }),
          action,
          subject: { kind: 'account', id },
          ...(details === undefined ? {} : { details }),
        }),
      );

    it('keeps who did what to whom, when, and why', async () => {
      await log('identity.suspend', '5', { reason: 'spam 🐢', until: null });
      await open.a.unitOfWork.transact(({ audit }) =>
        audit.append({ actor: systemActor('scheduler'), action: 'identity.restore', subject }),
      );
      const rows = await open.b.readers.audit.bySubject(subject, { limit: 10 });
      expect(rows).toMatchObject([
        { actorId: 'system:scheduler', action: 'identity.restore', details: {}, at: open.clock.now() },
        {
          actorId: '9',
          action: 'identity.suspend',
          subjectKind: 'account',
          subjectId: '5',
          details: { reason: 'spam 🐢', until: null },
        },
      ]);
    });

    it('pages newest first without repeating or skipping, and only about the subject', async () => {
      expect(await open.a.readers.audit.bySubject(subject, { limit: 10 })).toEqual([]);
      for (let n = 0; n < 5; n++) await log(`act.number_${n}`);
      await log('act.elsewhere', '55');
      const first = await open.b.readers.audit.bySubject(subject, { limit: 2 });
      await log('act.number_5');
      const after = first[1]?.id ?? '';
      const second = await open.b.readers.audit.bySubject(subject, { limit: 10, after });
      expect([...first, ...second].map(({ action }) => action)).toEqual(
        [4, 3, 2, 1, 0].map((n) => `act.number_${n}`),
      );
    });
  });
}
