import { type ContentStatus, canView, canViewAccount, createMemoryFacts } from '../access/index.js';
import type { Account } from '../identity/types.js';
import { compareIds, type Id, newestFirst } from '../kernel/ids.js';
import type { MemorySession } from '../kernel/memory.js';
import type { Clock } from '../kernel/runtime.js';
import type { SearchReader } from './store.js';
import type { AccountHit, AccountRank, HashtagHit } from './types.js';
import { type AccountQuery, gramsOf, searchKey, searchWords } from './words.js';

// What the search needs of the posts' rows, by the table name they share with SQL.
interface Post {
  readonly id: Id;
  readonly status: ContentStatus;
  readonly text: string;
  readonly repostOfId: Id | null;
}

const digits = (count: number): number => String(count).length;
/** Code-point order, which is what the databases sort by. */
const byText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const order = (a: AccountHit, b: AccountHit): number =>
  a.rank - b.rank || b.magnitude - a.magnitude || compareIds(a.id, b.id);
const tagOrder = (a: HashtagHit, b: HashtagHit): number =>
  Number(b.exact) - Number(a.exact) || b.magnitude - a.magnitude || byText(a.tag, b.tag);

const sliced = <H>(hits: readonly H[], by: (a: H, b: H) => number, after: H | null, limit: number): H[] =>
  hits
    .filter((hit) => after === null || by(hit, after) > 0)
    .sort(by)
    .slice(0, limit);

const rankOf = (
  query: AccountQuery,
  { handle, displayName }: Account,
  known: boolean,
): AccountRank | null => {
  const words = searchKey(`${handle} ${displayName}`).split(' ');
  if (query.words.every((asked) => words.some((word) => word.startsWith(asked)))) {
    if (handle === query.handle) return 0;
    return known ? 1 : handle.startsWith(query.handle) ? 2 : 3;
  }
  if (query.alike === null) return null;
  const grams = new Set(gramsOf(words));
  const shared = query.grams.filter((gram) => grams.has(gram)).length;
  return shared >= query.alike.shared ? (known ? 4 : 5) : null;
};

/** The reference {@link SearchReader}. It knows no languages: words are found as they are written. */
export function createMemorySearch(session: MemorySession, clock: Clock): SearchReader {
  const facts = createMemoryFacts(session, clock);
  return {
    async accounts(viewer, query, { after, limit }) {
      const accounts = await session.run((tables) => [...tables.table<Account>('accounts').rows()]);
      const relations = await facts.relations(
        viewer,
        accounts.map(({ id }) => id),
      );
      const hits = accounts.flatMap((account): AccountHit[] => {
        const relation = relations.get(account.id);
        const rank = canViewAccount(relation) ? rankOf(query, account, relation.follows) : null;
        return rank === null ? [] : [{ id: account.id, rank, magnitude: digits(account.followerCount) }];
      });
      return sliced(hits, order, after, limit);
    },
    hashtags: (prefix, { after, limit }) =>
      session.run((tables) => {
        const rows = tables.table<{ readonly tag: string; readonly postCount: number }>('hashtags').rows();
        const hits = [...rows]
          .filter(({ tag, postCount }) => postCount > 0 && tag.startsWith(prefix))
          .map(({ tag, postCount }) => ({ tag, exact: tag === prefix, magnitude: digits(postCount) }));
        return sliced(hits, tagOrder, after, limit);
      }),
    async posts(viewer, words, { after, limit }) {
      const found = await session.run((tables) =>
        [...tables.table<Post>('posts').rows()].filter((row) => {
          if (row.status !== 'published' || row.repostOfId !== null) return false;
          if (after !== null && compareIds(row.id, after.id) >= 0) return false;
          const said = new Set(searchWords(row.text));
          return words.every((word) => said.has(word));
        }),
      );
      const visible = await facts.posts(
        viewer,
        found.map(({ id }) => id),
      );
      const now = clock.now();
      return found
        .filter(({ id }) => canView(visible.get(id), now))
        .sort((a, b) => newestFirst(a.id, b.id))
        .slice(0, limit)
        .map(({ id }) => ({ id }));
    },
  };
}
