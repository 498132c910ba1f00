import { createHash, createHmac } from 'node:crypto';
import type { AuditRow, UnitOfWork } from '@socialkit/core';
import type { AuditChainReader, AuditChainStores } from './store.js';
import { type ChainFault, type ChainReport, GENESIS, MAX_FAULTS, type Seal } from './types.js';

/** Entries sealed in one transaction at most. */
export const SEAL_BATCH = 500;
/** Seals read in one go. */
const READ_BATCH = 1000;

/** JSON with the keys of every object in order: what a database hands back in an order of its own reads the same. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value as Record<string, unknown>)
    .filter(([, inner]) => inner !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** The hash that binds an entry to everything before it: SHA-256 over the hash before and the entry's canonical JSON. */
export const hashOf = (prevHash: string, row: AuditRow): string =>
  createHash('sha256')
    .update(
      prevHash +
        canonical([row.id, row.actorId, row.action, row.subjectKind, row.subjectId, row.at, row.details]),
    )
    .digest('hex');

/**
 * Seals what waits, oldest first, batch by batch; any process may run it, they take turns. Running it again seals only what
 * came since.
 * @returns how many entries it sealed
 */
export async function sealWaiting(
  unitOfWork: UnitOfWork<AuditChainStores>,
  signal?: AbortSignal,
): Promise<number> {
  for (let total = 0; ; ) {
    const count = await unitOfWork.transact(async ({ auditChain }) => {
      await auditChain.lock();
      const head = await auditChain.head();
      const rows = await auditChain.unsealed(SEAL_BATCH);
      const seals: Seal[] = [];
      for (const row of rows) {
        const before = seals.at(-1) ?? head;
        const prevHash = before?.hash ?? GENESIS;
        seals.push({ seq: (before?.seq ?? 0) + 1, auditId: row.id, prevHash, hash: hashOf(prevHash, row) });
      }
      await auditChain.append(seals);
      return seals.length;
    });
    total += count;
    if (count < SEAL_BATCH || signal?.aborted) return total;
  }
}

/**
 * Walks the whole chain and compares it with the log. Finds every sealed entry that was changed or removed, every entry that
 * was put into the log by anybody but its own writer, and every seal that does not follow from the one before it.
 *
 * Who cuts off the newest seals together with their entries leaves a chain that is whole: only `known`, a seal that was kept
 * elsewhere, tells.
 *
 * @param known a seal of an earlier verification
 */
export async function verifyChain(
  chain: AuditChainReader,
  known: { readonly seq: number; readonly hash: string } | null = null,
): Promise<ChainReport> {
  const faults: ChainFault[] = [];
  const note = (kind: ChainFault['kind'], seq: number | null, auditId: string | null) => {
    if (faults.length < MAX_FAULTS) faults.push({ kind, seq, auditId });
  };
  let head = null as { readonly seq: number; readonly hash: string } | null;
  let sealed = 0;
  let isKnown = known === null;
  for (;;) {
    const page = await chain.seals(head?.seq ?? 0, READ_BATCH);
    for (const { seq, auditId, prevHash, hash, row } of page) {
      sealed++;
      if (seq !== (head?.seq ?? 0) + 1 || prevHash !== (head?.hash ?? GENESIS)) note('broken', seq, auditId);
      if (row === null) note('removed', seq, auditId);
      else if (hashOf(prevHash, row) !== hash) note('changed', seq, auditId);
      if (known !== null && seq === known.seq) {
        isKnown = true;
        if (hash !== known.hash) note('head', seq, auditId);
      }
      head = { seq, hash };
    }
    if (page.length < READ_BATCH) break;
  }
  if (!isKnown) note('head', known?.seq ?? null, null);
  for (const auditId of await chain.strays(MAX_FAULTS)) note('inserted', null, auditId);
  return { sealed, waiting: await chain.waiting(), head, faults };
}

/** Names people by HMAC-SHA-256: the same under one key, nobody under another. The platform's own parts keep their names. */
export const pseudonymOf = (key: string, actorId: string): string =>
  actorId.startsWith('system:')
    ? actorId
    : `actor-${createHmac('sha256', key).update(actorId).digest('hex').slice(0, 16)}`;
