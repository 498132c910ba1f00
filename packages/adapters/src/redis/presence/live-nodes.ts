import type { RedisLink } from '../connection.js';
import type { PresenceKeys } from './keys.js';
import { LIVE } from './scripts.js';

/** Incarnations remembered as dead; more are forgotten and asked about again. */
const MOST_DEAD = 1000;

/** Which nodes live, as this process knows it. */
export interface LiveNodes {
  /** All of them, known at most one renewal ago. */
  current(): Promise<ReadonlySet<string>>;
  /** All of them, asked now. */
  fresh(): Promise<ReadonlySet<string>>;
  /** True for one that has begun and does not live: it never will again. */
  isDead(incarnation: string): boolean;
  /** What an answer of Redis said. */
  learn(live: readonly string[]): void;
  /** These stand in sets and are not live, though they were asked about after they were seen there. */
  bury(incarnations: Iterable<string>): void;
}

export function createLiveNodes(
  deps: { readonly link: RedisLink; readonly keys: PresenceKeys },
  { renewMs, now = () => performance.now() }: { readonly renewMs: number; readonly now?: () => number },
): LiveNodes {
  const { link, keys } = deps;
  let known: { readonly live: ReadonlySet<string>; readonly at: number } | null = null;
  const dead = new Set<string>();
  let asking: Promise<ReadonlySet<string>> | null = null;

  const learn = (live: readonly string[]): ReadonlySet<string> => {
    known = { live: new Set(live), at: now() };
    return known.live;
  };
  const ask = async () => learn((await LIVE.run(link, [keys.leases], [])) as string[]);
  return {
    async current() {
      if (known && now() - known.at < renewMs) return known.live;
      asking ??= ask().finally(() => {
        asking = null;
      });
      return asking;
    },
    // Never shared: the answer must be younger than the question.
    fresh: ask,
    isDead: (incarnation) => dead.has(incarnation),
    learn,
    bury(incarnations) {
      for (const incarnation of incarnations) {
        if (dead.size >= MOST_DEAD) dead.clear();
        dead.add(incarnation);
      }
    },
  };
}
