import { readCsv } from '../csv.js';

/** One use of a hashtag. */
export interface StreamUse {
  readonly minute: number;
  readonly user: string;
  readonly tag: string;
}

/** Uses by time, and the region of each user. */
export interface Stream {
  readonly uses: readonly StreamUse[];
  readonly regions: ReadonlyMap<string, string>;
}

/** Reads a stream (`minute,user,tag`) and its users (`user,region`). */
export function readStream(streamPath: string, usersPath: string): Stream {
  const uses = readCsv(streamPath).map(
    ({ minute, user = '', tag = '' }): StreamUse => ({ minute: Number(minute), user, tag }),
  );
  return {
    uses: uses.sort((a, b) => a.minute - b.minute),
    regions: new Map(readCsv(usersPath).map(({ user = '', region = '' }) => [user, region])),
  };
}

/** What was planted in a stream. */
export interface Planted {
  readonly kind: 'burst' | 'spam' | 'ring' | 'daily' | 'weekly' | 'growth' | 'decay';
  readonly tag: string;
  /** Minutes; of bursts, spam and rings. */
  readonly start: number;
  readonly end: number;
}

/** Tags listed at a tick (minutes), best first. */
export interface Listing {
  readonly tick: number;
  readonly tags: readonly string[];
}

/** The first minute that is judged, the time between two judgements, and how many tags are listed at most. */
export const JUDGED = { from: 4320, every: 15, tags: 10 } as const;
