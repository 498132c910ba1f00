import { canViewAccount, type FactsReader, type RelationFacts, type Viewer } from '../access/index.js';
import type { AccountReader } from '../identity/store.js';
import type { AccountSummary } from '../identity/types.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { Runtime } from '../kernel/runtime.js';
import type { Edge, GraphReaders, RelationEdges } from './store.js';
import type { Connection, Relationship } from './types.js';

/** What the graph's reads are made of. */
export interface GraphReadDeps {
  readonly readers: GraphReaders & {
    readonly facts: FactsReader;
    readonly accounts: Pick<AccountReader, 'summaries' | 'byIds'>;
  };
  readonly runtime: Runtime;
}

/** The paging fields of an input. */
export interface PageInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

const STRANGERS: Relationship = Object.freeze({
  following: false,
  hideReposts: false,
  followedBy: false,
  requested: false,
  requestedBy: false,
  friends: false,
  friendRequested: false,
  friendRequestedBy: false,
  blocking: false,
  muted: false,
  mutedUntil: null,
  repostsMuted: false,
});

/**
 * What a viewer may know about his relation to an account. Of an account he cannot see (missing, inactive, or with a
 * block in between) he learns what he has decided himself, his block and his mutes, and nothing of what it did: all of
 * them look the same.
 */
function relationshipOf(facts: RelationFacts | undefined, edges: RelationEdges | undefined): Relationship {
  if (!edges) return STRANGERS;
  if (canViewAccount(facts)) return edges;
  const { blocking, muted, mutedUntil, repostsMuted } = edges;
  return { ...STRANGERS, blocking, muted, mutedUntil, repostsMuted };
}

/** Loads what holds between the viewer and each account, in one go. */
export async function relationshipsWith(
  { readers, runtime }: GraphReadDeps,
  viewer: Id,
  accountIds: readonly Id[],
): Promise<ReadonlyMap<Id, Relationship>> {
  const [facts, edges] = await Promise.all([
    readers.facts.relations(viewer, accountIds),
    readers.relationships.between(viewer, accountIds, runtime.clock.now()),
  ]);
  return new Map(accountIds.map((id) => [id, relationshipOf(facts.get(id), edges.get(id))]));
}

interface Hydrated {
  readonly facts: RelationFacts;
  readonly account: AccountSummary;
  readonly viewer: Relationship | null;
}

/** One listing of accounts. */
export interface Listing<E extends Edge, T> {
  readonly viewer: Viewer;
  /** Names the listing in its cursors, with whatever it is a listing of: `graph.followers:<id>`. */
  readonly surface: string;
  skeleton(after: Id | null, count: number): Promise<readonly E[]>;
  /** @default accounts the viewer can see */
  readonly admit?: (facts: RelationFacts) => boolean;
  present(connection: Connection, edge: E): T;
}

/** Runs a listing: edges, then summaries, facts and relationships in one batch each, then the rules. */
export function listAccounts<E extends Edge, T>(
  deps: GraphReadDeps,
  { limit, cursor }: PageInput,
  listing: Listing<E, T>,
): Promise<Page<T>> {
  const { readers, runtime } = deps;
  const { viewer, surface, skeleton, admit = canViewAccount, present } = listing;
  const codec = createCursorCodec(surface, idSchema);
  return readPage<Id, E, Hydrated, T>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton,
    position: (edge) => edge.id,
    async hydrate(edges) {
      const ids = [...new Set(edges.map((edge) => edge.accountId))];
      const [summaries, facts, relations] = await Promise.all([
        readers.accounts.summaries(ids),
        readers.facts.relations(viewer, ids),
        viewer === null
          ? new Map<Id, RelationEdges>()
          : readers.relationships.between(viewer, ids, runtime.clock.now()),
      ]);
      return edges.map(({ accountId }) => {
        const account = summaries.get(accountId);
        const fact = facts.get(accountId);
        if (!account || !fact) return null;
        const own = viewer === null || viewer === accountId;
        return { facts: fact, account, viewer: own ? null : relationshipOf(fact, relations.get(accountId)) };
      });
    },
    rules: ({ facts }) => admit(facts),
    present: ({ account, viewer: relation }, edge) => present({ account, viewer: relation }, edge),
  });
}

/** Presents an edge as a plain connection. */
export const asConnection = (connection: Connection): Connection => connection;
