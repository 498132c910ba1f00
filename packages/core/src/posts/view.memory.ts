import { createMemoryFacts } from '../access/facts.memory.js';
import { type ContentFacts, canView, type Viewer } from '../access/index.js';
import { type Account, summaryOf } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { Clock } from '../kernel/runtime.js';
import type { PostViewReader } from './store.js';
import { findBallot, findPoll } from './store.polls.memory.js';
import { type PostRow, postTables } from './store.posts.memory.js';
import type { HydratedPost } from './view.js';
import {
  bodyJson,
  countsJson,
  hydratedPost,
  type OwnState,
  pollViewOf,
  postHead,
  type QuotedPart,
  viewerStateOf,
} from './view-parts.js';

/** Where a post stands in the one that was asked for: what a quoted post quotes is not shown. */
type Level = 'asked' | 'quoted';

const ownState = (tables: MemoryTables, viewer: Viewer, id: Id): OwnState => {
  const has = (table: string, key: string) => viewer !== null && tables.table(table).has(key);
  return {
    reacted: [
      ...tables
        .table<{ readonly targetId: Id; readonly userId: Id; readonly kind: string }>('reactions')
        .rows(),
    ]
      .filter((row) => row.targetId === id && row.userId === viewer)
      .map((row) => row.kind)
      .sort(),
    bookmarked: has('bookmarks', keyOf(viewer ?? '', id)),
    reposted: has('reposts', keyOf(viewer ?? '', id)),
  };
};

/** The reference {@link PostViewReader}: what the others must give, word for word. */
export function createMemoryPostViews(session: MemorySession, clock: Clock): PostViewReader {
  const factsReader = createMemoryFacts(session, clock);

  return {
    async views(viewer, ids) {
      const now = clock.now();
      const rows = await session.run((tables) => {
        const { posts } = postTables(tables);
        const found = new Map<Id, PostRow>();
        const add = (id: Id | null, follow: boolean) => {
          const row = id === null ? undefined : posts.get(id);
          if (!row) return;
          found.set(row.id, row);
          if (!follow) return;
          add(row.repostOfId, true);
          add(row.quoteOfId, false);
        };
        for (const id of ids) add(id, true);
        return found;
      });
      const facts = await factsReader.posts(viewer, [...rows.keys()]);

      return session.run((tables) => {
        const hydrate = (id: Id, level: Level): HydratedPost | null => {
          const row = rows.get(id);
          const fact: ContentFacts | undefined = facts.get(id);
          if (!row || !canView(fact, now)) return null;
          const original = row.repostOfId === null ? null : hydrate(row.repostOfId, 'asked');
          if (row.repostOfId !== null && original === null) return null;
          const author = tables.table<Account>('accounts').get(row.authorId);
          if (!author) return null;
          const poll = row.type === 'poll' ? findPoll(tables, id) : null;
          const ballot = poll && viewer !== null ? findBallot(tables, id, viewer) : null;
          return hydratedPost({
            id,
            authorId: row.authorId,
            repostOfId: row.repostOfId,
            relation: fact.author,
            head: postHead(
              bodyJson(row),
              JSON.stringify(summaryOf(author)),
              countsJson({
                comments: row.commentCount,
                reactions: row.reactionCount,
                byKind: row.reactionCounts,
                reposts: row.repostCount,
                quotes: row.quoteCount,
                bookmarks: row.bookmarkCount,
              }),
            ),
            poll: poll && pollViewOf(poll, ballot, fact.author.self, now),
            viewer: viewerStateOf(fact, ownState(tables, viewer, id), viewer !== null, now),
            original,
            quoted: quotedPart(row, level),
          });
        };
        const quotedPart = (row: PostRow, level: Level): QuotedPart => {
          if (row.quoteOfId === null) return { kind: 'none' };
          if (level === 'quoted') return { kind: 'collapsed', id: row.quoteOfId };
          const post = hydrate(row.quoteOfId, 'quoted');
          return post ? { kind: 'shown', post } : { kind: 'unavailable' };
        };
        return ids.map((id) => hydrate(id, 'asked'));
      });
    },
  };
}
