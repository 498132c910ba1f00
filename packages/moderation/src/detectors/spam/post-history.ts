import type { SpamFacts } from '../../kernel/spam-facts.js';
import { bitsApart, NEAR, type Simhash } from './simhash.js';

/** One text that was submitted. */
export interface PostedText {
  readonly authorId: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly simhash: Simhash | null;
  /** Domains it links. @default none */
  readonly domains?: readonly string[];
}

/** The counted part of {@link SpamFacts}. */
export type PostingFacts = Pick<
  SpamFacts,
  'inFastWindow' | 'inSlowWindow' | 'ownCopies' | 'othersCopies' | 'otherAuthors' | 'authorTexts'
> & { readonly newDomains: number };

/** Milliseconds for which a domain counts as new after it was first linked. */
export const NEW_DOMAIN_MS = 86_400_000;

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

/** A queue of numbers that forgets from the front. */
class Line {
  private items: number[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: number): void {
    this.items.push(item);
  }

  shift(): void {
    this.head += 1;
    if (this.head > 32 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  /** The item that is `back` places before the newest, which is 0. */
  newest(back: number): number {
    return this.items[this.items.length - 1 - back]!;
  }
}

/** Texts that share a piece and are compared; newest first, for a wave is recent. */
const MOST_COMPARED = 256;

/** In this process. Bounded by `capacity`; a look-up compares only texts that share an eight-bit piece of the fingerprint. */
export function createMemoryPostHistory(options: PostHistoryOptions = {}): PostHistory {
  const { fastMs = 60_000, slowMs = 3_600_000, copiesMs = 86_400_000, capacity = 20_000 } = options;
  // A text has a number that rises; its place is the rest of it by the capacity. Halves lie together: comparing reads much.
  const texts: PostedText[] = [];
  const halves = new Uint32Array(2 * capacity);
  const authors = new Map<string, Line>();
  const pieces = Array.from({ length: 8 * 256 }, () => new Line());
  /** When each domain was first linked, in the order of that. */
  const domains = new Map<string, number>();
  let oldest = 0;
  let next = 0;

  const forget = () => {
    const { authorId, simhash } = texts[oldest % capacity]!;
    const own = authors.get(authorId);
    own?.shift();
    if (own?.length === 0) authors.delete(authorId);
    for (const piece of piecesOf(simhash)) pieces[piece]!.shift();
    oldest += 1;
  };

  return {
    async record(posted) {
      while (
        next > oldest &&
        (next - oldest >= capacity || texts[oldest % capacity]!.at < posted.at - copiesMs)
      )
        forget();
      const own = authors.get(posted.authorId);
      const authorTexts = own?.length ?? 0;
      let inFastWindow = 1;
      let inSlowWindow = 1;
      for (let back = 0; back < authorTexts; back += 1) {
        const { at } = texts[own!.newest(back) % capacity]!;
        if (at > posted.at - fastMs) inFastWindow += 1;
        if (at > posted.at - slowMs) inSlowWindow += 1;
      }
      let newDomains = 0;
      for (const domain of new Set(posted.domains)) {
        const first = domains.get(domain) ?? posted.at;
        if (!domains.has(domain)) domains.set(domain, posted.at);
        if (first > posted.at - NEW_DOMAIN_MS) newDomains += 1;
      }
      for (const domain of domains.keys()) {
        if (domains.size <= capacity) break;
        domains.delete(domain);
      }
      const near = new Set<number>();
      const { simhash } = posted;
      const keys = piecesOf(simhash);
      for (const piece of keys) {
        const line = pieces[piece]!;
        const compared = Math.min(line.length, MOST_COMPARED);
        for (let back = 0; back < compared; back += 1) {
          const number = line.newest(back);
          const place = 2 * (number % capacity);
          if (bitsApart(simhash!, halves[place]!, halves[place + 1]!) <= NEAR) near.add(number);
        }
      }
      let ownCopies = 0;
      const otherAuthors = new Set<string>();
      for (const number of near) {
        const { authorId } = texts[number % capacity]!;
        if (authorId === posted.authorId) ownCopies += 1;
        else otherAuthors.add(authorId);
      }
      const place = next % capacity;
      texts[place] = posted;
      halves[2 * place] = simhash?.high ?? 0;
      halves[2 * place + 1] = simhash?.low ?? 0;
      if (own) own.push(next);
      else {
        const line = new Line();
        line.push(next);
        authors.set(posted.authorId, line);
      }
      for (const piece of keys) pieces[piece]!.push(next);
      next += 1;
      return {
        authorTexts,
        inFastWindow,
        inSlowWindow,
        ownCopies,
        othersCopies: near.size - ownCopies,
        otherAuthors: otherAuthors.size,
        newDomains,
      };
    },
  };
}

/** Eight-bit pieces with their place: two fingerprints up to seven bits apart share one for sure, at eight nearly always. */
export function piecesOf(simhash: Simhash | null): readonly number[] {
  if (simhash === null) return [];
  const found: number[] = [];
  for (let at = 0; at < 4; at += 1) {
    found.push((at << 8) | ((simhash.low >>> (at * 8)) & 255));
    found.push(((at + 4) << 8) | ((simhash.high >>> (at * 8)) & 255));
  }
  return found;
}
