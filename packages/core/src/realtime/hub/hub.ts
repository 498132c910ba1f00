import { randomUUID } from 'node:crypto';
import { accountOf } from '../../kernel/actor.js';
import { unavailable } from '../../kernel/errors.js';
import type { Id } from '../../kernel/ids.js';
import { envelopeOf, eventMessage, hintFrame, hintMessage } from '../envelope.js';
import { parseStreamName, type StreamEvent, type StreamName } from '../streams.js';
import { createAccess, NOBODY } from './access.js';
import { createAuthors } from './authors.js';
import { Client, type ClientParts } from './client.js';
import { createControl } from './control.js';
import { createFeedTopic, type FeedChanges } from './feed-topic.js';
import { createGround, type HubDeps, type HubOptions } from './ground.js';
import { createNodeStreams } from './node-streams.js';
import { createPositionCheck } from './position-check.js';
import { createReplays } from './replays.js';
import { createSubscriptions, subscriptionsOf } from './subscriptions.js';
import type { HubClient, HubExtension, NodeViewer, RealtimeHub, SessionListener } from './types.js';

/**
 * The realtime node of a process: keeps its clients' streams in order and whole, whatever the messages between nodes do,
 * and lets nobody have what he may not see. It does nothing until the first client comes, except to send what is published
 * here on to other nodes.
 */
export function createHub(deps: HubDeps, options: HubOptions = {}): RealtimeHub {
  const ground = createGround(deps, options);
  const { origin, tail, transport, clock, logger, counts } = ground;
  const viewers = new Map<Id, NodeViewer>();
  const clients = new Set<Client>();
  const sessionListeners = new Set<SessionListener>();
  const extensions = new Set<HubExtension>();
  let feedChanges: FeedChanges | null = null;
  let endGap: (() => void) | null = null;

  const access = createAccess(ground);
  const authors = createAuthors(ground);
  const replays = createReplays(ground, authors);
  const streams = createNodeStreams(ground, replays, (stream, accountIds) => {
    for (const subscription of subscriptionsOf(stream, accountIds)) subscriptions.recheck(subscription);
  });
  const subscriptions = createSubscriptions(ground, { streams, replays, access });
  const check = createPositionCheck(ground, { streams, replays, access, subscriptions, viewers });
  const feed = createFeedTopic(ground, () => feedChanges);

  const guarded = (call: () => void) => {
    try {
      call();
    } catch (error) {
      logger.error({ err: error }, 'a realtime listener failed');
    }
  };

  const accessChanged = (accountIds: readonly Id[]): void => {
    authors.changed(accountIds);
    for (const id of accountIds) {
      const viewer = viewers.get(id);
      if (!viewer) continue;
      viewer.known = false;
      viewer.version++;
      for (const client of viewer.clients)
        for (const subscription of client.subscriptions.values()) subscriptions.recheck(subscription);
      access
        .know(viewer)
        .catch((error: unknown) => logger.warn({ err: error }, 'an account could not be asked for'));
    }
    for (const listener of sessionListeners) guarded(() => listener.changed(accountIds));
  };
  const revoke = (target: Parameters<SessionListener['revoked']>[0]): void => {
    for (const listener of sessionListeners) guarded(() => listener.revoked(target));
  };
  const control = createControl(ground, { access: accessChanged, revoke, news: feed.hear });

  const awake = () => {
    void control.listen();
    check.start();
    endGap ??=
      transport.onGap?.(() => {
        check.run().catch((error: unknown) => logger.warn({ err: error }, 'a gap was not repaired yet'));
      }) ?? (() => {});
  };

  /** Sends events of one stream, in order; the epoch is known. */
  const send = (name: StreamName, events: readonly StreamEvent[]): void => {
    const envelopes = events.map((event) => envelopeOf(ground.epoch, event));
    const sentAt = clock.now();
    // Here at once: what happens in this process needs no transport.
    const stream = streams.all.get(name);
    if (stream) for (const envelope of envelopes) streams.accept(stream, envelope);
    const cut = envelopes.findLast(({ rewrites }) => rewrites)?.offset ?? null;
    void tail.append({
      epoch: ground.epoch,
      stream: name,
      entries: envelopes.map((envelope) => ({
        offset: envelope.offset,
        message: eventMessage(envelope, origin, sentAt),
      })),
      cut,
    });
  };

  let publishing: Promise<void> | null = null;
  const whenBegun = (work: () => void): void => {
    if (ground.epoch !== '' && publishing === null) {
      guarded(work);
      return;
    }
    // One after the other: what is published first goes first.
    const turn: Promise<void> = (publishing ?? Promise.resolve())
      .then(() => ground.begin())
      .then(() => guarded(work))
      .catch((error: unknown) => logger.warn({ err: error }, 'an event was not sent; it will be found'))
      .finally(() => {
        if (publishing === turn) publishing = null;
      });
    publishing = turn;
  };

  const leave = (client: Client) => {
    if (client.closed) return;
    client.closed = true;
    for (const subscription of [...client.subscriptions.values()]) subscriptions.end(subscription);
    feed.leave(client);
    clients.delete(client);
    const { viewer } = client;
    viewer.clients = viewer.clients.filter((other) => other !== client);
    if (viewer.clients.length === 0) viewers.delete(viewer.id);
    if (clients.size === 0) check.stop();
    for (const extension of extensions) guarded(() => extension.closed?.(client));
  };
  const parts: ClientParts = { subscriptions, feed, extensions, guarded, leave };

  return {
    register(source) {
      if (ground.sources.has(source.kind))
        throw new TypeError(`${source.kind} streams have a source already`);
      ground.sources.set(source.kind, source);
    },
    useFeed(changes) {
      feedChanges = changes;
    },
    extend(extension) {
      extensions.add(extension);
      return () => void extensions.delete(extension);
    },
    connect(actor, sink, device): HubClient {
      const accountId = accountOf(actor);
      let viewer = viewers.get(accountId);
      if (!viewer) {
        viewer = {
          id: accountId,
          blocked: NOBODY,
          served: true,
          known: false,
          version: 0,
          clients: [],
        };
        viewers.set(accountId, viewer);
      }
      const client = new Client(parts, randomUUID(), actor, viewer, sink, device ?? null);
      viewer.clients = viewer.clients.concat(client);
      clients.add(client);
      awake();
      // Whoever proved who he is may still be suspended: asked together with what he follows.
      access
        .know(viewer)
        .catch((error: unknown) => logger.warn({ err: error }, 'an account could not be asked for'));
      for (const extension of extensions) guarded(() => extension.opened?.(client));
      return client;
    },
    publish(events) {
      if (ground.closed || events.length === 0) return;
      whenBegun(() => {
        const byStream = new Map<StreamName, StreamEvent[]>();
        for (const event of events) {
          const those = byStream.get(event.stream);
          if (those) those.push(event);
          else byStream.set(event.stream, [event]);
        }
        for (const [name, those] of byStream) send(name, those);
      });
    },
    hint(names, type, data, { key, by } = {}) {
      if (ground.closed) return;
      guarded(() => {
        for (const name of names) {
          if (parseStreamName(name) === null) continue;
          const hint = {
            kind: 'hint' as const,
            by: by ?? null,
            key: key ?? null,
            frame: hintFrame(name, type, data),
          };
          const stream = streams.all.get(name);
          if (stream) streams.hint(stream, hint);
          transport.publish(tail.channelOf(name), hintMessage(hint, origin)).catch(() => {});
        }
      });
    },
    accessChanged(accountIds) {
      if (ground.closed || accountIds.length === 0) return;
      guarded(() => accessChanged(accountIds));
      control.access(accountIds);
    },
    revoke(target) {
      revoke(target);
      control.revoke(target);
    },
    postNews(news) {
      if (ground.closed || news.changed.length + news.published.length === 0) return;
      guarded(() => feed.hear(news));
      control.news(news);
    },
    onSession(listener) {
      sessionListeners.add(listener);
      return () => void sessionListeners.delete(listener);
    },
    check: check.run,
    stats() {
      let followed = 0;
      for (const stream of streams.all.values()) followed += stream.all.size;
      return {
        clients: clients.size,
        viewers: viewers.size,
        streams: streams.all.size,
        subscriptions: followed,
        delivered: counts.delivered,
        duplicates: counts.duplicates,
        repairs: { count: counts.repairs, events: counts.repaired },
        missed: counts.missed,
        resumes: { ...counts.resumes },
        lag: { ...counts.lag },
      };
    },
    async close() {
      if (ground.closed) return;
      ground.closed = true;
      check.stop();
      feed.close();
      endGap?.();
      const stopping = unavailable('node.stopping', 'this node is stopping; come back to another');
      for (const client of [...clients]) {
        guarded(() => client.sink.ended(stopping));
        leave(client);
      }
      await control.close();
      streams.sweep(Number.POSITIVE_INFINITY);
      sessionListeners.clear();
    },
  };
}
