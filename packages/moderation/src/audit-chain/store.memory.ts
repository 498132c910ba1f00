import { type AuditRow, compareIds, type MemorySession, type MemoryTables } from '@socialkit/core';
import type { AuditChainReader, AuditChainWriter } from './store.js';
import type { Seal } from './types.js';

const log = (tables: MemoryTables) => tables.table<AuditRow>('audit_log');
const waits = (tables: MemoryTables) => tables.table<{ readonly auditId: string }>('audit_unsealed');
const seals = (tables: MemoryTables) => tables.table<Seal>('audit_seals');
const sealsInOrder = (tables: MemoryTables) => [...seals(tables).rows()].sort((a, b) => a.seq - b.seq);
const older = (a: AuditRow, b: AuditRow) => compareIds(a.id, b.id);

/** The reference {@link AuditChainReader} and {@link AuditChainWriter}. */
export const createMemoryAuditChain = (session: MemorySession): AuditChainReader & AuditChainWriter => ({
  head: () => session.run((tables) => sealsInOrder(tables).at(-1) ?? null),
  seals: (afterSeq, limit) =>
    session.run((tables) =>
      sealsInOrder(tables)
        .filter(({ seq }) => seq > afterSeq)
        .slice(0, limit)
        .map((seal) => ({ ...seal, row: log(tables).get(seal.auditId) ?? null })),
    ),
  waiting: () => session.run((tables) => waits(tables).size),
  strays: (limit) =>
    session.run((tables) => {
      const sealed = new Set(sealsInOrder(tables).map(({ auditId }) => auditId));
      return [...log(tables).rows()]
        .filter(({ id }) => !sealed.has(id) && !waits(tables).has(id))
        .sort(older)
        .slice(0, limit)
        .map(({ id }) => id);
    }),
  entries: ({ from, to }, { after, limit }) =>
    session.run((tables) =>
      [...log(tables).rows()]
        .filter(({ id, at }) => at >= from && at < to && (after === null || compareIds(id, after) > 0))
        .sort(older)
        .slice(0, limit),
    ),
  lock: async () => {},
  unsealed: (limit) =>
    session.run((tables) =>
      [...waits(tables).rows()]
        .flatMap(({ auditId }) => log(tables).get(auditId) ?? [])
        .sort(older)
        .slice(0, limit),
    ),
  append: (added) =>
    session.run((tables) => {
      for (const seal of added) {
        seals(tables).put(String(seal.seq), { ...seal });
        waits(tables).remove(seal.auditId);
      }
    }),
});
