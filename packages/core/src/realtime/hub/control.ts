import { z } from 'zod';
import { type Id, idSchema } from '../../kernel/ids.js';
import type { Ground } from './ground.js';
import type { PostNews, RevocationTarget } from './types.js';

/** The channel on which nodes tell each other what concerns sessions, access and feeds. */
export const CONTROL_CHANNEL = 'realtime';

const ids = z.array(idSchema).max(1000);
const controlSchema = z.discriminatedUnion('c', [
  z.strictObject({ c: z.literal('access'), from: z.string(), ids }),
  z.strictObject({
    c: z.literal('revoke'),
    from: z.string(),
    target: z.union([
      z.strictObject({ accountId: idSchema }),
      z.strictObject({ sessionId: z.string().max(200) }),
    ]),
  }),
  z.strictObject({
    c: z.literal('posts'),
    from: z.string(),
    changed: ids,
    published: z
      .array(z.strictObject({ authorId: idSchema, audience: z.enum(['followers', 'friends']) }))
      .max(1000),
  }),
]);

/** Milliseconds after which a revocation is told again: it must be heard, and telling it twice harms nobody. */
const REPEATS = [1000, 5000, 15_000, 30_000];
/** Milliseconds in which what concerns feeds is put together before it is told. */
const NEWS_MS = 250;
/** Ids of one message. */
const CHUNK = 1000;

/** What nodes tell each other beside events. */
export interface Control {
  listen(): Promise<void>;
  access(accountIds: readonly Id[]): void;
  revoke(target: RevocationTarget): void;
  news(news: PostNews): void;
  close(): Promise<void>;
}

/** @internal @param hear what other nodes tell */
export function createControl(
  ground: Ground,
  hear: {
    access(accountIds: readonly Id[]): void;
    revoke(target: RevocationTarget): void;
    news(news: PostNews): void;
  },
): Control {
  const { transport, origin, logger } = ground;
  const timers = new Set<NodeJS.Timeout>();
  let stop: (() => Promise<void>) | null = null;
  let listening: Promise<void> | null = null;
  const changed = new Set<Id>();
  const published = new Map<string, PostNews['published'][number]>();
  let gathering: NodeJS.Timeout | null = null;

  const send = (message: object) =>
    void transport.publish(CONTROL_CHANNEL, JSON.stringify({ from: origin, ...message })).catch(() => {});

  const receive = (text: string) => {
    try {
      const message = controlSchema.parse(JSON.parse(text));
      if (message.from === origin) return;
      if (message.c === 'access') hear.access(message.ids);
      else if (message.c === 'revoke') hear.revoke(message.target);
      else hear.news(message);
    } catch (error) {
      logger.debug({ err: error }, 'a message of another node was not understood');
    }
  };

  const tellNews = () => {
    gathering = null;
    const [posts, authors] = [[...changed], [...published.values()]];
    changed.clear();
    published.clear();
    for (let at = 0; at < Math.max(posts.length, authors.length); at += CHUNK)
      send({
        c: 'posts',
        changed: posts.slice(at, at + CHUNK),
        published: authors.slice(at, at + CHUNK),
      });
  };

  return {
    listen() {
      listening ??= transport
        .subscribe(CONTROL_CHANNEL, receive)
        .then((end) => {
          stop = end;
        })
        .catch((error: unknown) => {
          listening = null;
          logger.warn({ err: error }, 'this node does not hear the others yet');
        });
      return listening;
    },
    access(accountIds) {
      for (let at = 0; at < accountIds.length; at += CHUNK)
        send({ c: 'access', ids: accountIds.slice(at, at + CHUNK) });
    },
    revoke(target) {
      send({ c: 'revoke', target });
      for (const ms of REPEATS) {
        const timer = setTimeout(() => {
          timers.delete(timer);
          send({ c: 'revoke', target });
        }, ms);
        timer.unref();
        timers.add(timer);
      }
    },
    news(news) {
      for (const id of news.changed) changed.add(id);
      for (const entry of news.published) published.set(`${entry.authorId} ${entry.audience}`, entry);
      if (gathering || ground.closed) return;
      gathering = setTimeout(tellNews, NEWS_MS);
      gathering.unref();
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      if (gathering) clearTimeout(gathering);
      await stop?.().catch(() => {});
    },
  };
}
