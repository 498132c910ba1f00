import type { Actor } from '../../kernel/actor.js';
import type { Id } from '../../kernel/ids.js';
import { frameOf, hintFrame } from '../envelope.js';
import type { Ground } from './ground.js';
import type { NodeClient, PostNews } from './types.js';

/** What became of posts, as one viewer may know it: `feed.changes`. */
export type FeedChanges = (
  actor: Actor,
  input: { readonly ids: readonly Id[]; readonly since: number },
) => Promise<{ readonly items: readonly unknown[] }>;

/** Viewers asked for at a time. */
const SIDE_BY_SIDE = 4;

/** Clocks of nodes may differ by so many milliseconds without an edit going unseen. */
const SKEW_MS = 5000;

/** Hints of home feeds and of posts on screens. */
export interface FeedTopic {
  follow(client: NodeClient, on: boolean): void;
  watch(client: NodeClient, ids: readonly Id[]): void;
  leave(client: NodeClient): void;
  /** News from this node or another. */
  hear(news: PostNews): void;
  close(): void;
}

/** @internal @param changes authorises what a watcher is told; absent until the feed is wired */
export function createFeedTopic(ground: Ground, changes: () => FeedChanges | null): FeedTopic {
  const { audience, clock, logger, options } = ground;
  /** Clients of the home feed, by account. */
  const followers = new Map<Id, Set<NodeClient>>();
  const watched = new Map<NodeClient, ReadonlySet<Id>>();
  const watchers = new Map<Id, Set<NodeClient>>();
  const authors = { followers: new Set<Id>(), friends: new Set<Id>() };
  /** Posts to ask for, by the client that watches them, and since when. */
  const dirty = new Map<NodeClient, { readonly ids: Set<Id>; readonly since: number }>();
  let timer: NodeJS.Timeout | null = null;
  let flushing = false;

  const soon = () => {
    if (timer || flushing || ground.closed) return;
    timer = setTimeout(() => {
      timer = null;
      flushing = true;
      void flush().finally(() => {
        flushing = false;
        if (dirty.size + authors.followers.size + authors.friends.size > 0) soon();
      });
    }, options.feedMs);
    timer.unref();
  };

  const tellPublished = async (): Promise<void> => {
    const [ofFollowers, ofFriends] = [[...authors.followers], [...authors.friends]];
    authors.followers.clear();
    authors.friends.clear();
    const here = [...followers.keys()];
    if (here.length === 0) return;
    const [some, more] = await Promise.all([
      ofFollowers.length > 0 ? audience.followersOf(ofFollowers, here) : new Set<Id>(),
      ofFriends.length > 0 ? audience.friendsOf(ofFriends, here) : new Set<Id>(),
    ]);
    const own = new Set([...ofFollowers, ...ofFriends]);
    const frame = hintFrame('feed', 'feed.updated', {});
    for (const [accountId, clients] of followers)
      if (some.has(accountId) || more.has(accountId) || own.has(accountId))
        for (const { sink } of clients) sink.hint(frame, 'feed.updated');
  };

  const tellChanged = async (client: NodeClient, ids: readonly Id[], since: number): Promise<void> => {
    const ask = changes();
    if (!ask || client.closed) return;
    const { items } = await ask(client.actor, { ids, since });
    if (client.closed || items.length === 0) return;
    client.sink.hint(
      frameOf(JSON.stringify({ t: 'eph', s: 'feed', type: 'posts.changed', data: { items } })),
      null,
    );
  };

  const flush = async (): Promise<void> => {
    const failed = (error: unknown) => logger.warn({ err: error }, 'a hint of the home feed was not sent');
    await tellPublished().catch(failed);
    const waiting = [...dirty];
    dirty.clear();
    for (let at = 0; at < waiting.length; at += SIDE_BY_SIDE)
      await Promise.all(
        waiting
          .slice(at, at + SIDE_BY_SIDE)
          .map(([client, { ids, since }]) => tellChanged(client, [...ids], since).catch(failed)),
      );
  };

  const unwatch = (client: NodeClient) => {
    for (const id of watched.get(client) ?? []) {
      const those = watchers.get(id);
      those?.delete(client);
      if (those?.size === 0) watchers.delete(id);
    }
    watched.delete(client);
  };

  return {
    follow(client, on) {
      const those = followers.get(client.viewer.id) ?? new Set();
      if (on) followers.set(client.viewer.id, those.add(client));
      else if (those.delete(client) && those.size === 0) followers.delete(client.viewer.id);
    },
    watch(client, ids) {
      unwatch(client);
      if (ids.length === 0 || client.closed) return;
      watched.set(client, new Set(ids));
      for (const id of ids) watchers.set(id, (watchers.get(id) ?? new Set()).add(client));
    },
    leave(client) {
      const those = followers.get(client.viewer.id);
      if (those?.delete(client) && those.size === 0) followers.delete(client.viewer.id);
      unwatch(client);
      dirty.delete(client);
    },
    hear({ changed, published }) {
      for (const { authorId, audience: who } of published) authors[who].add(authorId);
      for (const id of changed)
        for (const client of watchers.get(id) ?? []) {
          const waiting = dirty.get(client) ?? { ids: new Set<Id>(), since: clock.now() - SKEW_MS };
          waiting.ids.add(id);
          dirty.set(client, waiting);
        }
      if (dirty.size + authors.followers.size + authors.friends.size > 0) soon();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
