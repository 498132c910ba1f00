import { type AuditRow, systemActor } from '@socialkit/core';
import { sealWaiting, verifyChain } from '@socialkit/moderation';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Backend, describeBackends, type OpenStorage } from './backends.js';

/** What somebody with his hands on the tables may do to the sealed log. */
interface Tampering {
  change(id: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  insert(id: string): Promise<unknown>;
  /** Writes another hash into a seal. */
  forge(seq: number): Promise<unknown>;
  /** Removes a seal, and nothing else. */
  unseal(seq: number): Promise<unknown>;
  /** Removes the newest entry with its seal. */
  cut(id: string, seq: number): Promise<unknown>;
}

function tampering({ postgres, memory }: OpenStorage): Tampering {
  if (memory) {
    const log = <T>(work: (table: Map<string, AuditRow>) => T) =>
      memory.run((tables) => {
        const table = tables.table<AuditRow>('audit_log');
        return work({
          get: (id: string) => table.get(id),
          set: (id: string, row: AuditRow) => table.put(id, row),
          delete: (id: string) => table.remove(id),
        } as unknown as Map<string, AuditRow>);
      });
    const seals = (
      work: (rows: {
        readonly put: (key: string, row: object) => void;
        remove(key: string): boolean;
        get(key: string): object | undefined;
      }) => void,
    ) => memory.run((tables) => work(tables.table<object>('audit_seals')));
    return {
      change: (id) =>
        log((table) => {
          const row = table.get(id) as AuditRow;
          table.set(id, { ...row, details: { ...row.details, n: 99 } });
        }),
      remove: (id) => log((table) => table.delete(id)),
      insert: (id) =>
        log((table) => {
          const [row] = [
            { actorId: '1', action: 'act.forged', subjectKind: 'post', subjectId: '1', at: 1, details: {} },
          ];
          table.set(id, { id, ...row } as AuditRow);
        }),
      forge: (seq) =>
        seals((rows) => rows.put(String(seq), { ...rows.get(String(seq)), hash: 'f'.repeat(64) })),
      unseal: (seq) => seals((rows) => void rows.remove(String(seq))),
      cut: async (id, seq) => {
        await log((table) => table.delete(id));
        await seals((rows) => void rows.remove(String(seq)));
      },
    };
  }
  const db = postgres?.a.db;
  if (!db) throw new Error('no database');
  return {
    change: (id) =>
      sql`UPDATE audit_log SET details = jsonb_set(details, '{n}', '99') WHERE id = ${id}::bigint`.execute(
        db,
      ),
    remove: (id) => sql`DELETE FROM audit_log WHERE id = ${id}::bigint`.execute(db),
    insert: (id) =>
      sql`INSERT INTO audit_log VALUES (${id}::bigint, '1', 'act.forged', 'post', '1', 1, '{}')`.execute(db),
    forge: (seq) => sql`UPDATE audit_seals SET hash = ${'f'.repeat(64)} WHERE seq = ${seq}`.execute(db),
    unseal: (seq) => sql`DELETE FROM audit_seals WHERE seq = ${seq}`.execute(db),
    async cut(id, seq) {
      await sql`DELETE FROM audit_log WHERE id = ${id}::bigint`.execute(db);
      await sql`DELETE FROM audit_seals WHERE seq = ${seq}`.execute(db);
    },
  };
}

describeBackends('a sealed staff log that somebody has been at', (backend: Backend) => {
  let open: OpenStorage;
  let hands: Tampering;
  beforeEach(async () => {
    open = await backend.open();
    hands = tampering(open);
    for (let n = 0; n < 6; n++)
      await open.a.unitOfWork.transact(({ audit }) =>
        audit.append({
          actor: systemActor('test'),
          action: 'act.done',
          subject: { kind: 'post', id: String(n) },
          details: { n },
        }),
      );
    await sealWaiting(open.a.unitOfWork);
  });
  afterEach(() => open.close());

  const verify = (known?: { readonly seq: number; readonly hash: string }) =>
    verifyChain(open.b.readers.auditChain, known ?? null);
  const third = async () => (await open.b.readers.auditChain.seals(2, 1))[0] ?? { seq: 0, auditId: '' };
  const kinds = async () => (await verify()).faults.map(({ kind, seq }) => [kind, seq]);

  describe('verification', () => {
    it('finds nothing where nobody was', async () => {
      expect(await verify()).toMatchObject({ sealed: 6, waiting: 0, faults: [] });
    });

    it('finds a changed, a removed and an inserted entry', async () => {
      await hands.change((await third()).auditId);
      expect(await kinds()).toEqual([['changed', 3]]);
      await hands.remove((await third()).auditId);
      expect(await kinds()).toEqual([['removed', 3]]);
      await hands.insert('77');
      expect(await kinds()).toEqual([
        ['removed', 3],
        ['inserted', null],
      ]);
    });

    it('finds a forged and a missing seal', async () => {
      await hands.forge(3);
      expect(await kinds()).toEqual([
        ['changed', 3],
        ['broken', 4],
      ]);
      await hands.unseal(3);
      expect(await kinds()).toEqual([
        ['broken', 4],
        ['inserted', null],
      ]);
    });

    it('finds a log that was cut short by a seal that was kept elsewhere', async () => {
      const { head } = await verify();
      const last = (await open.b.readers.auditChain.seals(5, 1))[0];
      await hands.cut(last?.auditId ?? '', 6);
      expect((await verify()).faults).toEqual([]);
      expect((await verify(head ?? undefined)).faults).toEqual([{ kind: 'head', seq: 6, auditId: null }]);
    });
  });
});
