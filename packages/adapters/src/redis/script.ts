import { createHash } from 'node:crypto';
import type { RedisLink } from './connection.js';
import { shareSlot } from './slots.js';

/** A Lua script that touches no key but those it is given. */
export interface RedisScript {
  readonly lua: string;
  /** SHA-1 of the text: its name on the server. */
  readonly sha: string;
  /**
   * Runs it by name, and by text when the server does not know it yet.
   * @param keys every key the script touches, with the link's prefix
   * @throws redis.unavailable (unavailable); TypeError when the keys of a Cluster call do not share a slot
   */
  run(link: RedisLink, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/** @param lua must reach keys through KEYS only: on a Cluster other keys may live on another node */
export function defineScript(lua: string): RedisScript {
  const text = lua.trim();
  const sha = createHash('sha1').update(text).digest('hex');
  return Object.freeze({
    lua: text,
    sha,
    run: (link: RedisLink, keys: readonly string[], args: readonly (string | number)[]) => {
      if (link.checkSlots && !shareSlot(keys))
        throw new TypeError(`the keys of one script call must share a slot: ${keys.slice(0, 3).join(', ')}`);
      return link.run(async (client) => {
        try {
          return await client.evalsha(sha, keys.length, ...keys, ...args);
        } catch (error) {
          if (!isUnknownScript(error)) throw error;
          return await client.eval(text, keys.length, ...keys, ...args);
        }
      });
    },
  });
}
