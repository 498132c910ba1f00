import type { SpamFacts } from '../../kernel/spam-facts.js';
import { distanceOf, NEAR, type Simhash } from './simhash.js';

/** One text that was submitted. */
export interface PostedText {
  readonly authorId: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly simhash: Simhash | null;
}

/** The counted part of {@link SpamFacts}. */
export type PostingFacts = Pick<
  SpamFacts,
  'inFastWindow' | 'inSlowWindow' | 'ownCopies' | 'othersCopies' | 'otherAuthors' | 'authorTexts'
>;

/**
 * Remembers what was submitted lately in one tenant. `record` counts the text and says what came before it, as one step: of two
 * texts at the same time the second sees the first.
 */
export interface PostHistory {
  record(posted: PostedText): Promise<PostingFacts>;
}

export interface PostHistoryOptions {
  /** @default 60000, one minute */
  readonly fastMs?: number;
  /** @default 3600000, one hour */
  readonly slowMs?: number;
  /** How long fingerprints are compared. @default 86400000, one day */
  readonly copiesMs?: number;
  /** Texts kept in all; the oldest go first. @default 20000 */
  readonly capacity?: number;
}

/** In this process. Bounded by `capacity`; a look-up compares only texts that share an eight-bit piece of the fingerprint. */
export function createMemoryPostHistory(options: PostHistoryOptions = {}): PostHistory {
  const { fastMs = 60_000, slowMs = 3_600_000, copiesMs = 86_400_000, capacity = 20_000 } = options;
  const ring: PostedText[] = [];
  const authors = new Map<string, PostedText[]>();
  const pieces = new Map<number, PostedText[]>();

  const forget = () => {
    const oldest = ring.shift();
    if (!oldest) return;
    const own = authors.get(oldest.authorId);
    if (own) {
      own.shift();
      if (own.length === 0) authors.delete(oldest.authorId);
    }
    for (const piece of piecesOf(oldest.simhash)) {
      const bucket = pieces.get(piece);
      bucket?.shift();
      if (bucket?.length === 0) pieces.delete(piece);
    }
  };

  return {
    async record(posted) {
      while (ring.length > 0 && (ring.length >= capacity || ring[0]!.at < posted.at - copiesMs)) forget();
      const own = authors.get(posted.authorId) ?? [];
      const near = new Set<PostedText>();
      for (const piece of piecesOf(posted.simhash)) {
        // Newest first: a wave is recent.
        for (const other of (pieces.get(piece) ?? []).slice(-256)) {
          if (distanceOf(other.simhash!, posted.simhash!) <= NEAR) near.add(other);
        }
      }
      const others = [...near].filter(({ authorId }) => authorId !== posted.authorId);
      ring.push(posted);
      authors.set(posted.authorId, [...own, posted]);
      for (const piece of piecesOf(posted.simhash)) {
        const bucket = pieces.get(piece);
        if (bucket) bucket.push(posted);
        else pieces.set(piece, [posted]);
      }
      return {
        authorTexts: own.length,
        inFastWindow: own.filter(({ at }) => at > posted.at - fastMs).length + 1,
        inSlowWindow: own.filter(({ at }) => at > posted.at - slowMs).length + 1,
        ownCopies: near.size - others.length,
        othersCopies: others.length,
        otherAuthors: new Set(others.map(({ authorId }) => authorId)).size,
      };
    },
  };
}

/** Eight-bit pieces with their place: two fingerprints up to seven bits apart share one for sure, at eight nearly always. */
function piecesOf(simhash: Simhash | null): readonly number[] {
  if (simhash === null) return [];
  const found: number[] = [];
  for (let at = 0; at < 4; at += 1) {
    found.push((at << 8) | ((simhash.low >>> (at * 8)) & 255));
    found.push(((at + 4) << 8) | ((simhash.high >>> (at * 8)) & 255));
  }
  return found;
}
