import { randomInt } from 'node:crypto';
import { type Logger, type RealtimeTransport, silentLogger } from '@socialkit/core';
import type { Cluster, Redis } from 'ioredis';
import { createRedisClient, type RedisClient } from './client.js';
import type { RedisLink } from './connection.js';

/** Pub/sub over Redis, and the moments at which messages may have been missed. */
export interface RedisTransport extends RealtimeTransport {
  /**
   * Calls back after the subscriptions of a lost connection are in place again: whoever rests on having heard
   * everything repairs from the database now. @returns a function that removes the listener
   */
  onGap(listener: () => void): () => void;
}

type Listener = (message: string) => void;

/** A subscriber's connection that is silent is asked for a sign of life, else a dead one would go unnoticed. */
const HEARTBEAT_MS = 15_000;
const RETRY_MS = 250;
/** Channels subscribed to in one step. */
const CHUNK = 512;

/** The name of a channel on the server. */
export const channelName = (link: Pick<RedisLink, 'key'>, channel: string): string =>
  link.key(`rt:${channel}`);

/**
 * Messages between the processes of one platform: plain pub/sub on one node, sharded pub/sub on a Cluster (Redis 7,
 * Valkey 7.2 or newer). Publishing goes through the link, listening through a connection of its own, which opens with
 * the first subscription and reconnects for ever. While Redis is down messages still reach the publishing process.
 */
export function createRedisTransport(deps: {
  readonly link: RedisLink;
  readonly logger?: Logger;
}): RedisTransport {
  const { link } = deps;
  const logger = (deps.logger ?? silentLogger).child({ redis: 'subscriber' });
  const listeners = new Map<string, Set<Listener>>();
  const unconfirmed = new Set<string>();
  const gapListeners = new Set<() => void>();
  const nameOf = (channel: string) => channelName(link, channel);
  const channelOf = (name: string) => name.slice(nameOf('').length);
  let subscriber: RedisClient | undefined;
  let connecting: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let heartbeat: NodeJS.Timeout | undefined;
  /** A connection that carried subscriptions broke since they were last put in place. */
  let broken = false;
  let closed = false;

  const guarded = (call: () => void) => {
    try {
      call();
    } catch (error) {
      logger.warn({ err: error }, 'a realtime listener failed');
    }
  };
  const deliver = (channel: string, message: string) => {
    for (const listener of listeners.get(channel) ?? []) guarded(() => listener(message));
  };

  const subscribeChunk = async (client: RedisClient, channels: readonly string[]): Promise<void> => {
    if (link.cluster)
      await Promise.all(channels.map((channel) => (client as Cluster).ssubscribe(nameOf(channel))));
    else await (client as Redis).subscribe(...channels.map(nameOf));
  };

  const place = async (): Promise<void> => {
    const client = subscriber;
    if (closed || client?.status !== 'ready') return;
    const wanted = [...unconfirmed];
    for (let at = 0; at < wanted.length; at += CHUNK) {
      const chunk = wanted.slice(at, at + CHUNK);
      try {
        await subscribeChunk(client, chunk);
        for (const channel of chunk) unconfirmed.delete(channel);
      } catch {
        clearTimeout(retry);
        retry = setTimeout(() => void confirm(), RETRY_MS + randomInt(RETRY_MS));
        retry.unref();
        return;
      }
    }
  };

  let turn: Promise<void> = Promise.resolve();
  /** Puts every subscription that Redis has not confirmed in place, one pass at a time; what fails is tried again soon. */
  const confirm = (): Promise<void> => {
    turn = turn.then(place);
    return turn;
  };

  const restore = async (): Promise<void> => {
    const gap = broken;
    broken = false;
    if (link.cluster && gap) {
      // The driver keeps a list of sharded channels and adds to it with every subscription: take them off first.
      const client = subscriber as Cluster;
      await Promise.all(
        [...listeners.keys()].map((channel) => client.sunsubscribe(nameOf(channel)).catch(() => {})),
      );
    }
    if (gap) for (const channel of listeners.keys()) unconfirmed.add(channel);
    await confirm();
    if (gap) for (const listener of gapListeners) guarded(listener);
  };

  const open = (): RedisClient => {
    if (subscriber) return subscriber;
    const client = createRedisClient(link.endpoint, {
      name: 'socialkit-subscriber',
      shardedSubscribers: link.cluster,
    });
    client.on('error', (error: Error) =>
      logger.debug({ reason: error.message }, 'lost the subscriber connection'),
    );
    const breaks = () => {
      broken = true;
    };
    client.on('ready', () => void restore());
    client.on('close', breaks);
    if (link.cluster) {
      client.on('-node', breaks);
      client.on('-subscriber', breaks);
      client.on('smessage', (name: string, message: string) => deliver(channelOf(name), message));
      client.on('subscribersReady', () => void restore());
    } else {
      client.on('message', (name: string, message: string) => deliver(channelOf(name), message));
      heartbeat = setInterval(() => {
        if (client.status === 'ready') client.ping().catch(() => {});
      }, HEARTBEAT_MS);
      heartbeat.unref();
    }
    subscriber = client;
    connecting = client.connect().catch(() => {});
    return client;
  };

  const patience = () =>
    new Promise<void>((resolve) => {
      setTimeout(resolve, link.deadlineMs).unref();
    });

  return {
    async publish(channel, message) {
      if (closed) return;
      const name = nameOf(channel);
      try {
        await link.run((client) =>
          link.cluster ? (client as Cluster).spublish(name, message) : client.publish(name, message),
        );
      } catch {
        setImmediate(() => deliver(channel, message));
      }
    },
    async subscribe(channel, listener) {
      if (closed) return async () => {};
      const known = listeners.get(channel);
      // A wrapper of its own, so that one function can be subscribed twice and each ended by itself.
      const own: Listener = (message) => listener(message);
      if (known) known.add(own);
      else {
        listeners.set(channel, new Set([own]));
        unconfirmed.add(channel);
        open();
      }
      if (unconfirmed.has(channel)) await Promise.race([connecting?.then(confirm), patience()]);
      return async () => {
        const current = listeners.get(channel);
        if (!current?.delete(own) || current.size > 0) return;
        listeners.delete(channel);
        unconfirmed.delete(channel);
        const client = subscriber;
        if (closed || client?.status !== 'ready') return;
        const name = nameOf(channel);
        await (link.cluster ? (client as Cluster).sunsubscribe(name) : client.unsubscribe(name)).catch(
          () => {},
        );
        // Somebody may have subscribed again while the answer was on its way.
        if (listeners.has(channel)) {
          unconfirmed.add(channel);
          await confirm();
        }
      };
    },
    onGap(listener) {
      gapListeners.add(listener);
      return () => void gapListeners.delete(listener);
    },
    async close() {
      closed = true;
      clearTimeout(retry);
      clearInterval(heartbeat);
      listeners.clear();
      unconfirmed.clear();
      gapListeners.clear();
      subscriber?.disconnect();
    },
  };
}
