import { compareIds } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type {
  BlockReader,
  BlockWriter,
  Follow,
  HeldKind,
  Mute,
  MuteReader,
  MuteWriter,
  RelationEdges,
  RelationshipReader,
} from './store.js';
import { type BlockRow, edgesOf, type Lists, rowsOf } from './tables.memory.js';

const blocks = (tables: MemoryTables) => tables.table<BlockRow>('blocks');
const mutes = (tables: MemoryTables) => tables.table<Mute>('mutes');
const holds = (entry: { readonly expiresAt: number | null } | undefined, now: number): boolean =>
  entry !== undefined && (entry.expiresAt === null || entry.expiresAt > now);

/** The tables of a kind, each with the column of the account that holds the row. */
const HELD: Readonly<Record<HeldKind, readonly (readonly [table: string, owner: string])[]>> = {
  following: [
    ['follows', 'followerId'],
    ['follow_requests', 'requesterId'],
  ],
  friends: [
    ['friendships', 'userId'],
    ['friend_requests', 'requesterId'],
  ],
  blocks: [['blocks', 'blockerId']],
  mutes: [['mutes', 'muterId']],
};

/** The reference stores of blocks, mutes and the relationship batch. */
export function createMemoryLimits(
  session: MemorySession,
  lists: Lists,
): {
  readonly blocks: BlockReader & BlockWriter;
  readonly mutes: MuteReader & MuteWriter;
  readonly relationships: RelationshipReader;
} {
  return {
    blocks: {
      isBlocking: (blockerId, blockedId) =>
        session.run((tables) => blocks(tables).has(keyOf(blockerId, blockedId))),
      // Listed without a viewer: whoever blocks an account sees it among the blocked, and nobody else asks.
      blocked: (blockerId, page) =>
        session.run((tables) =>
          lists.page(tables, edgesOf(blocks(tables), 'blockerId', blockerId, 'blockedId'), {
            ...page,
            viewer: null,
          }),
        ),
      insert: (blockerId, blockedId, id) =>
        session.run((tables) => {
          const key = keyOf(blockerId, blockedId);
          if (blocks(tables).has(key)) return false;
          blocks(tables).put(key, { blockerId, blockedId, id });
          return true;
        }),
      remove: (blockerId, blockedId) =>
        session.run((tables) => blocks(tables).remove(keyOf(blockerId, blockedId))),
    },
    mutes: {
      muted: (muterId, { now, ...page }) =>
        session.run((tables) =>
          lists.page(
            tables,
            rowsOf(mutes(tables))
              .filter((row) => row.muterId === muterId && holds(row, now))
              .map(({ mutedId, id, scope, expiresAt }) => ({ accountId: mutedId, id, scope, expiresAt })),
            { ...page, viewer: muterId },
          ),
        ),
      set: (mute, now) =>
        session.run((tables) => {
          const key = keyOf(mute.muterId, mute.mutedId, mute.scope);
          const row = mutes(tables).get(key);
          if (row && holds(row, now)) {
            if (row.expiresAt === mute.expiresAt) return false;
            mutes(tables).put(key, { ...row, expiresAt: mute.expiresAt });
          } else mutes(tables).put(key, { ...mute });
          return true;
        }),
      remove: (muterId, mutedId, scope, now) =>
        session.run((tables) => {
          const key = keyOf(muterId, mutedId, scope);
          const held = holds(mutes(tables).get(key), now);
          mutes(tables).remove(key);
          return held;
        }),
      removeExpired: (muterId, now) =>
        session.run((tables) => {
          for (const row of rowsOf(mutes(tables)))
            if (row.muterId === muterId && !holds(row, now))
              mutes(tables).remove(keyOf(row.muterId, row.mutedId, row.scope));
        }),
    },
    relationships: {
      between: (viewer, accountIds, now) =>
        session.run((tables) => {
          const has = (table: string, from: string, to: string) => tables.table(table).has(keyOf(from, to));
          return new Map(
            [...new Set(accountIds)].sort(compareIds).map((id): [string, RelationEdges] => {
              const follow = tables.table<Follow>('follows').get(keyOf(viewer, id));
              const mute = mutes(tables).get(keyOf(viewer, id, 'all'));
              const muted = holds(mute, now);
              return [
                id,
                {
                  following: follow !== undefined,
                  hideReposts: follow?.hideReposts ?? false,
                  followedBy: has('follows', id, viewer),
                  requested: has('follow_requests', viewer, id),
                  requestedBy: has('follow_requests', id, viewer),
                  friends: has('friendships', viewer, id),
                  friendRequested: has('friend_requests', viewer, id),
                  friendRequestedBy: has('friend_requests', id, viewer),
                  blocking: has('blocks', viewer, id),
                  muted,
                  mutedUntil: muted ? (mute?.expiresAt ?? null) : null,
                  repostsMuted: holds(mutes(tables).get(keyOf(viewer, id, 'reposts')), now),
                },
              ];
            }),
          );
        }),
      countHeld: (accountId, kind, cap) =>
        session.run((tables) => {
          const held = HELD[kind].map(([table, owner]) =>
            rowsOf(tables.table<Record<string, unknown>>(table)).filter((row) => row[owner] === accountId),
          );
          return Math.min(held.flat().length, cap);
        }),
    },
  };
}
