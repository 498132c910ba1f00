import { isSocialError, type Logger, SocialError, silentLogger } from '@socialkit/core';
import type { Redis } from 'ioredis';
import { createBreaker } from './breaker.js';
import { createRedisClient, type RedisClient, type RedisEndpoint } from './client.js';

/** What Redis is used for; each purpose has a client, and may have a server, of its own. */
export const REDIS_PURPOSES = ['cache', 'timelines', 'realtime', 'limits', 'jobs'] as const;
export type RedisPurpose = (typeof REDIS_PURPOSES)[number];

/** Settings of one purpose. */
export interface RedisPurposeOptions extends RedisEndpoint {
  /** Start of every key and channel. @default that of {@link OpenRedisOptions} */
  readonly prefix?: string;
  /** Milliseconds a command may take. @default that of {@link OpenRedisOptions} */
  readonly deadlineMs?: number;
  /** Refuse script calls whose keys do not share a slot. @default true on a Cluster; tests switch it on everywhere */
  readonly checkSlots?: boolean;
}

/** Options of {@link openRedis}: the endpoint of all purposes that do not name their own. */
export interface OpenRedisOptions extends RedisPurposeOptions {
  readonly purposes?: Partial<Record<RedisPurpose, RedisPurposeOptions>>;
  /** @default silent */
  readonly logger?: Logger;
}

/** Milliseconds a Redis command may take when nothing else is said. */
export const REDIS_DEADLINE_MS = 250;
/** Start of every key when nothing else is said. */
export const REDIS_PREFIX = 'sk:';

/** The connection of one purpose. */
export interface RedisLink {
  readonly purpose: RedisPurpose;
  readonly endpoint: RedisEndpoint;
  readonly prefix: string;
  readonly deadlineMs: number;
  /** True when keys of one command or script must share a slot. */
  readonly cluster: boolean;
  /** Whether script calls are checked for one slot. */
  readonly checkSlots: boolean;
  /** A full key: the prefix and `name`. A hash tag in `name` keeps its meaning. */
  key(name: string): string;
  /**
   * Runs commands under the purpose's deadline. The first call connects.
   * @throws redis.unavailable (unavailable, retryable) when Redis is down, does not answer in time, is loading or
   * has no room, and at once while the breaker is open. Whether a command that timed out ran is not known.
   */
  run<T>(work: (client: RedisClient) => Promise<T>): Promise<T>;
  /** Whether a call would go out now. */
  readonly available: boolean;
  /** Calls back after every connection that came up, the first included. @returns a function that removes it */
  onConnect(listener: () => void): () => void;
  close(): Promise<void>;
}

/** Links of all purposes; a purpose that is not used opens no connection. */
export interface RedisLinks extends Readonly<Record<RedisPurpose, RedisLink>> {
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const STATE_REPLIES =
  /^(LOADING|CLUSTERDOWN|MASTERDOWN|READONLY|TRYAGAIN|BUSY|OOM|NOREPLICAS|MISCONF|UNBLOCKED)\b/;

const BUGS: ReadonlySet<string> = new Set(['TypeError', 'RangeError', 'SyntaxError', 'ReferenceError']);

/** True when an error says something about the server or the connection, false for a wrong command and for bugs. */
export const isRedisOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return true;
  if (error.name === 'ReplyError') return STATE_REPLIES.test(error.message);
  return !isSocialError(error) && !BUGS.has(error.name);
};

/** An error of the driver carries the command with its arguments (passwords, private text): only its words go on. */
const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Makes the commands of one turn leave in one write: a system call each is a tenth of what a message costs. */
function createTurns(client: RedisClient): () => void {
  let corked = false;
  return () => {
    const { stream } = client as Partial<Pick<Redis, 'stream'>>;
    if (corked || !stream) return;
    corked = true;
    stream.cork();
    process.nextTick(() => {
      corked = false;
      stream.uncork();
    });
  };
}

const down = (purpose: RedisPurpose, cause?: unknown) =>
  new SocialError('unavailable', 'redis.unavailable', `Redis (${purpose}) does not answer`, {
    retryAfterMs: 1000,
    ...(cause === undefined ? {} : { cause: new Error(wordsOf(cause)) }),
  });

/**
 * Opens the link of one purpose. Nothing connects before the first use; errors are listened to and logged, and never
 * end the process.
 */
export function openRedisLink(
  purpose: RedisPurpose,
  options: RedisPurposeOptions & { readonly logger?: Logger; readonly shardedSubscribers?: boolean },
): RedisLink {
  const { prefix = REDIS_PREFIX, deadlineMs = REDIS_DEADLINE_MS } = options;
  const logger = (options.logger ?? silentLogger).child({ redis: purpose });
  const endpoint: RedisEndpoint = {
    ...(options.url === undefined ? {} : { url: options.url }),
    ...(options.nodes === undefined ? {} : { nodes: options.nodes }),
  };
  const client = createRedisClient(endpoint, {
    name: `socialkit-${purpose}`,
    deadlineMs,
    shardedSubscribers: options.shardedSubscribers ?? false,
  });
  const breaker = createBreaker();
  const listeners = new Set<() => void>();
  let closed = false;
  let loggedDown = false;

  client.on('error', (error: unknown) => {
    if (!loggedDown && !closed) logger.warn({ reason: wordsOf(error) }, 'lost Redis');
    loggedDown = true;
  });
  client.on('ready', () => {
    if (loggedDown) logger.info({}, 'Redis is back');
    loggedDown = false;
    breaker.reset();
    for (const listener of listeners) listener();
  });

  const turn = createTurns(client);
  let connecting: Promise<void> | undefined;
  const connect = () => {
    connecting ??= client.connect().then(
      () => {},
      // Reconnection goes on behind; commands fail fast meanwhile.
      () => {},
    );
    return connecting;
  };

  const within = <T>(promise: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    });
    return Promise.race([promise, deadline]).finally(() => clearTimeout(timer));
  };

  return {
    purpose,
    endpoint,
    prefix,
    deadlineMs,
    cluster: endpoint.nodes !== undefined,
    checkSlots: options.checkSlots ?? endpoint.nodes !== undefined,
    key: (name) => prefix + name,
    get available() {
      return !closed && !breaker.open;
    },
    async run(work) {
      if (closed || !breaker.admits()) throw down(purpose);
      try {
        if (client.status !== 'ready') await within(connect());
        turn();
        // One node enforces the deadline per command; a Cluster may retry a command on several nodes.
        const result = await (endpoint.nodes === undefined ? work(client) : within(work(client)));
        breaker.succeeded();
        return result;
      } catch (error) {
        if (!isRedisOutage(error)) {
          breaker.succeeded();
          throw isSocialError(error) ? error : new Error(`Redis refused a command: ${wordsOf(error)}`);
        }
        breaker.failed();
        throw down(purpose, error);
      }
    },
    onConnect(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      if (closed) return;
      closed = true;
      listeners.clear();
      client.disconnect();
    },
  };
}

/**
 * One lazily connected client per purpose, each with its own endpoint, prefix and deadline.
 *
 * @throws TypeError when a purpose has neither a URL nor cluster nodes
 */
export function openRedis(options: OpenRedisOptions): RedisLinks {
  const { purposes = {}, logger, ...shared } = options;
  const open = (purpose: RedisPurpose): RedisLink => {
    const own = purposes[purpose] ?? {};
    const { url, nodes, ...rest } = shared;
    const endpoint =
      own.url !== undefined || own.nodes !== undefined
        ? {}
        : { ...(url === undefined ? {} : { url }), ...(nodes === undefined ? {} : { nodes }) };
    return openRedisLink(purpose, {
      ...rest,
      ...endpoint,
      ...own,
      ...(logger === undefined ? {} : { logger }),
    });
  };
  const links = Object.fromEntries(REDIS_PURPOSES.map((purpose) => [purpose, open(purpose)])) as Record<
    RedisPurpose,
    RedisLink
  >;
  const close = async () => {
    await Promise.all(REDIS_PURPOSES.map((purpose) => links[purpose].close()));
  };
  return { ...links, close, [Symbol.asyncDispose]: close };
}
