import { compareIds, type Id, newestFirst } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { ReactionReader, ReactionSlice, ReactionWriter, StoredReaction } from './store.js';

const open = (tables: MemoryTables) => tables.table<StoredReaction>('reactions');

/** The reference store of reactions. */
export function createMemoryReactions(session: MemorySession): ReactionReader & ReactionWriter {
  const select = (keep: (row: StoredReaction) => boolean) =>
    session.run((tables) => [...open(tables).rows()].filter(keep).sort((a, b) => newestFirst(a.id, b.id)));
  const within = (row: StoredReaction, { kind, before }: ReactionSlice): boolean =>
    (kind === undefined || row.kind === kind) && (before === null || compareIds(row.id, before) < 0);

  return {
    async own(userId, targetIds) {
      const wanted = new Set(targetIds);
      const kinds = new Map<Id, string[]>();
      for (const row of await select((row) => row.userId === userId && wanted.has(row.targetId)))
        kinds.set(row.targetId, [...(kinds.get(row.targetId) ?? []), row.kind]);
      return kinds;
    },
    ofTarget: async (targetId, slice) =>
      (await select((row) => row.targetId === targetId && within(row, slice))).slice(0, slice.limit),
    ofUser: async (userId, slice) =>
      (
        await select(
          (row) =>
            row.userId === userId &&
            (slice.targetKind === undefined || row.targetKind === slice.targetKind) &&
            within(row, slice),
        )
      ).slice(0, slice.limit),
    among: (targetId, userIds) => {
      const wanted = new Set(userIds);
      return select((row) => row.targetId === targetId && wanted.has(row.userId));
    },
    insert: (reaction) =>
      session.run((tables) => {
        const key = keyOf(reaction.targetId, reaction.userId, reaction.kind);
        if (open(tables).has(key)) return false;
        open(tables).put(key, { ...reaction });
        return true;
      }),
    remove: (target, userId, kind) =>
      session.run((tables) => {
        const gone = [...open(tables).rows()].filter(
          (row) =>
            row.targetId === target.id &&
            row.targetKind === target.kind &&
            row.userId === userId &&
            (kind === null || row.kind === kind),
        );
        for (const row of gone) open(tables).remove(keyOf(row.targetId, row.userId, row.kind));
        return gone.map((row) => row.kind).sort();
      }),
  };
}
