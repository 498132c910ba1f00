import { canAct } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import { asConnection, type GraphReadDeps, listAccounts, type PageInput } from './listing.js';
import type { FollowedHashtag, MutedThread, MutedWord, MuteScope, TopicQuery } from './store.js';
import type { Connection } from './types.js';

/** Whom the actor blocks, newest first. Looks the same whether or not they block the actor too. */
export async function blocked(
  deps: GraphReadDeps,
  actor: Actor,
  input: PageInput,
): Promise<Page<Connection>> {
  const viewer = accountOf(actor);
  return listAccounts(deps, input, {
    viewer,
    surface: `graph.blocked:${viewer}`,
    skeleton: (after, limit) => deps.readers.blocks.blocked(viewer, { after, limit }),
    // The one listing of accounts one cannot see: without it nobody could take a block back.
    admit: canAct,
    present: asConnection,
  });
}

/** Whom the actor mutes, newest first; an account appears once per scope. */
export async function muted(
  deps: GraphReadDeps,
  actor: Actor,
  input: PageInput,
): Promise<Page<Connection & { readonly scope: MuteScope; readonly expiresAt: number | null }>> {
  const viewer = accountOf(actor);
  const now = deps.runtime.clock.now();
  return listAccounts(deps, input, {
    viewer,
    surface: `graph.muted:${viewer}`,
    skeleton: (after, limit) => deps.readers.mutes.muted(viewer, { after, limit, now }),
    present: (connection, { scope, expiresAt }) => ({ ...connection, scope, expiresAt }),
  });
}

function listTopics<E extends { readonly id: Id }, T>(
  surface: string,
  { limit, cursor }: PageInput,
  read: (query: TopicQuery) => Promise<readonly E[]>,
  present: (entry: E) => T,
): Promise<Page<T>> {
  const codec = createCursorCodec(surface, idSchema);
  return readPage<Id, E, E, T>({
    limit,
    after: codec.decode(cursor),
    codec,
    skeleton: (after, count) => read({ after, limit: count }),
    position: (entry) => entry.id,
    hydrate: async (entries) => entries,
    present,
  });
}

/** Words and phrases the actor mutes, newest first. */
export async function mutedWords(
  { readers, runtime }: GraphReadDeps,
  actor: Actor,
  input: PageInput,
): Promise<Page<Omit<MutedWord, 'id'>>> {
  const me = accountOf(actor);
  const now = runtime.clock.now();
  return listTopics(
    `graph.muted_words:${me}`,
    input,
    (query) => readers.topics.mutedWords(me, { ...query, now }),
    ({ word, expiresAt }) => ({ word, expiresAt }),
  );
}

/** Threads the actor mutes, newest first: ids only, whoever may see the posts. */
export async function mutedThreads(
  { readers, runtime }: GraphReadDeps,
  actor: Actor,
  input: PageInput,
): Promise<Page<Omit<MutedThread, 'id'>>> {
  const me = accountOf(actor);
  const now = runtime.clock.now();
  return listTopics(
    `graph.muted_threads:${me}`,
    input,
    (query) => readers.topics.mutedThreads(me, { ...query, now }),
    ({ postId, expiresAt }) => ({ postId, expiresAt }),
  );
}

/** Hashtags the actor follows, newest first. */
export async function followedHashtags(
  { readers }: GraphReadDeps,
  actor: Actor,
  input: PageInput,
): Promise<Page<Omit<FollowedHashtag, 'id'>>> {
  const me = accountOf(actor);
  return listTopics(
    `graph.hashtags:${me}`,
    input,
    (query) => readers.topics.hashtags(me, query),
    ({ tag }) => ({ tag }),
  );
}
