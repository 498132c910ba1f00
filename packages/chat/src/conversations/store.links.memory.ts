import { compareIds, type MemorySession, newestFirst } from '@socialkit/core';
import type { LinkReader, LinkWriter } from './store.js';
import { linkRows } from './tables.memory.js';
import { isUsable, type JoinLink } from './types.js';

const linkOf = ({ tokenHash: _, ...link }: JoinLink & { readonly tokenHash: string }): JoinLink => link;

/** The reference store of join links. */
export function createMemoryLinks(session: MemorySession): LinkReader & LinkWriter {
  return {
    byHash: (hash) =>
      session.run((tables) => {
        const row = [...linkRows(tables).rows()].find(({ tokenHash }) => tokenHash === hash);
        return row ? linkOf(row) : null;
      }),
    of: (conversationId, { before, limit }) =>
      session.run((tables) =>
        [...linkRows(tables).rows()]
          .filter((row) => row.conversationId === conversationId && row.revokedAt === null)
          .filter((row) => before === null || compareIds(row.id, before) < 0)
          .sort((a, b) => newestFirst(a.id, b.id))
          .slice(0, limit)
          .map(linkOf),
      ),
    insert: (link, tokenHash) =>
      session.run((tables) => linkRows(tables).put(link.id, { ...link, tokenHash })),
    use: (id, now) =>
      session.run((tables) => {
        const row = linkRows(tables).get(id);
        if (!row || !isUsable(row, now)) return false;
        linkRows(tables).put(id, { ...row, uses: row.uses + 1 });
        return true;
      }),
    revoke: (conversationId, id, at) =>
      session.run((tables) => {
        const row = linkRows(tables).get(id);
        if (!row || row.conversationId !== conversationId || row.revokedAt !== null) return false;
        linkRows(tables).put(id, { ...row, revokedAt: at });
        return true;
      }),
  };
}
