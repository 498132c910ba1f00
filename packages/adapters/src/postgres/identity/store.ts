import {
  type Account,
  type AccountReader,
  type AccountStore,
  conflict,
  type Id,
  summaryOf,
} from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../database.js';
import { isDuplicate } from '../errors.js';
import * as statements from './statements.js';

const time = (text: string | null): number | null => (text === null ? null : Number(text));

const accountOf = (row: statements.AccountRow): Account => ({
  ...row,
  verifiedAt: time(row.verifiedAt),
  createdAt: Number(row.createdAt),
  updatedAt: Number(row.updatedAt),
});

/** Reads accounts from PostgreSQL. */
export const createPostgresAccountReader = (db: Kysely<Database>): AccountReader => ({
  async byIds(ids) {
    if (ids.length === 0) return new Map();
    const rows = await statements.byIds.run(db, { ids });
    return new Map(rows.map((row) => [row.id, accountOf(row)]));
  },
  async byExternalId(externalId) {
    const row = await statements.byExternalId.first(db, { externalId });
    return row ? accountOf(row) : null;
  },
  async idsByHandles(handles) {
    if (handles.length === 0) return new Map();
    const rows = await statements.byHandles.run(db, { handles });
    return new Map(rows.map(({ handle, id }) => [handle, id]));
  },
  async handleTaken(skeleton, except) {
    const owner = await statements.bySkeleton.first(db, { skeleton });
    return owner !== undefined && owner.id !== except;
  },
  async releasedBy(skeleton, now) {
    return (await statements.releasedBy.first(db, { skeleton, now }))?.id ?? null;
  },
  async summaries(ids) {
    if (ids.length === 0) return new Map();
    const rows = await statements.summaries.run(db, { ids });
    return new Map(rows.map((row) => [row.id, summaryOf({ ...row, verifiedAt: time(row.verifiedAt) })]));
  },
});

const takenHandle = (cause: unknown) =>
  Object.assign(conflict('handle.taken', 'this handle, or one that looks like it, is taken'), { cause });

/** Reads and writes accounts in PostgreSQL. */
export const createPostgresAccounts = (tx: Transaction<Database>): AccountStore => {
  const reader = createPostgresAccountReader(tx);
  return {
    ...reader,
    async insert(account) {
      const written = await statements.insert.affected(tx, {
        ...account,
        avatar: account.avatar === null ? null : JSON.stringify(account.avatar),
        fieldVisibility: JSON.stringify(account.fieldVisibility),
        custom: JSON.stringify(account.custom),
      });
      if (written === 1) return 'inserted';
      const known = account.externalId !== null && (await reader.byExternalId(account.externalId)) !== null;
      return known ? 'external_id_taken' : 'handle_taken';
    },
    async update(id, changes, at) {
      const row = await statements.update.first(tx, { id, changes: JSON.stringify(changes), at });
      return row?.revision ?? null;
    },
    async rename(id: Id, { handle, skeleton }, at) {
      try {
        const row = await statements.rename.first(tx, { id, handle, skeleton, at });
        if (row) return row.revision;
      } catch (error) {
        if (isDuplicate(error)) throw takenHandle(error);
        throw error;
      }
      throw takenHandle(undefined);
    },
    async keepReleased(skeleton, id, expiresAt) {
      await statements.keepReleased.run(tx, { skeleton, id, expiresAt });
    },
    async moveState(id, { from, to, reason, resumeState }, at) {
      const written = await statements.moveState.affected(tx, {
        id,
        from,
        to,
        reason,
        resume: resumeState,
        at,
      });
      return written === 1;
    },
  };
};
