import { conflict } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { MemorySession, MemoryTables } from '../kernel/memory.js';
import type { AccountStore } from './store.js';
import { type Account, summaryOf } from './types.js';

const accounts = (tables: MemoryTables) => tables.table<Account>('accounts');
interface Owner {
  readonly id: Id;
}
// Unique indexes: key to the account that holds it.
const byExternalId = (tables: MemoryTables) => tables.table<Owner>('accounts_external_id');
const byHandle = (tables: MemoryTables) => tables.table<Owner>('accounts_handle');
const bySkeleton = (tables: MemoryTables) => tables.table<Owner>('accounts_handle_skeleton');
const released = (tables: MemoryTables) =>
  tables.table<Owner & { readonly expiresAt: number }>('released_handles');

/** The reference {@link AccountStore}. */
export function createMemoryAccounts(session: MemorySession): AccountStore {
  const collect = <T>(ids: readonly Id[], form: (account: Account) => T) =>
    session.run((tables) => {
      const found = new Map<Id, T>();
      for (const id of ids) {
        const account = accounts(tables).get(id);
        if (account) found.set(id, form(account));
      }
      return found;
    });
  const change = (tables: MemoryTables, id: Id, changes: Partial<Account>, at: number): number | null => {
    const account = accounts(tables).get(id);
    if (!account) return null;
    const revision = account.revision + 1;
    accounts(tables).put(id, { ...account, ...changes, revision, updatedAt: at });
    return revision;
  };
  return {
    byIds: (ids) => collect(ids, (account) => account),
    summaries: (ids) => collect(ids, summaryOf),
    byExternalId: (externalId) =>
      session.run((tables) => {
        const owner = byExternalId(tables).get(externalId);
        return (owner && accounts(tables).get(owner.id)) ?? null;
      }),
    idsByHandles: (handles) =>
      session.run((tables) => {
        const found = new Map<string, Id>();
        for (const handle of handles) {
          const owner = byHandle(tables).get(handle);
          if (owner) found.set(handle, owner.id);
        }
        return found;
      }),
    handleTaken: (skeleton, except) =>
      session.run((tables) => {
        const owner = bySkeleton(tables).get(skeleton);
        return owner !== undefined && owner.id !== except;
      }),
    releasedBy: (skeleton, now) =>
      session.run((tables) => {
        const kept = released(tables).get(skeleton);
        return kept && kept.expiresAt > now ? kept.id : null;
      }),
    keepReleased: (skeleton, id, expiresAt) =>
      session.run((tables) => released(tables).put(skeleton, { id, expiresAt })),
    insert: (account) =>
      session.run((tables) => {
        const { id, externalId, handle, handleSkeleton } = account;
        if (externalId !== null && byExternalId(tables).has(externalId)) return 'external_id_taken';
        if (bySkeleton(tables).has(handleSkeleton)) return 'handle_taken';
        accounts(tables).put(id, {
          ...account,
          followerCount: 0,
          followingCount: 0,
          friendCount: 0,
          postCount: 0,
          lastPostId: null,
        });
        if (externalId !== null) byExternalId(tables).put(externalId, { id });
        byHandle(tables).put(handle, { id });
        bySkeleton(tables).put(handleSkeleton, { id });
        return 'inserted';
      }),
    update: (id, changes, at) => session.run((tables) => change(tables, id, changes, at)),
    rename: (id, { handle, skeleton }, at) =>
      session.run((tables) => {
        const account = accounts(tables).get(id);
        const owner = bySkeleton(tables).get(skeleton);
        if (!account || (owner && owner.id !== id))
          throw conflict('handle.taken', 'this handle, or one that looks like it, is taken');
        byHandle(tables).remove(account.handle);
        bySkeleton(tables).remove(account.handleSkeleton);
        byHandle(tables).put(handle, { id });
        bySkeleton(tables).put(skeleton, { id });
        return change(tables, id, { handle, handleSkeleton: skeleton }, at) ?? account.revision;
      }),
    moveState: (id, { from, to, reason, resumeState }, at) =>
      session.run(
        (tables) =>
          accounts(tables).get(id)?.state === from &&
          change(tables, id, { state: to, stateReason: reason, resumeState }, at) !== null,
      ),
  };
}
