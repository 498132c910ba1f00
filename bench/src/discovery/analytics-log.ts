import type { AnalyticsEvent, AnalyticsKind } from '@socialkit/core';

/** Random numbers that are the same for the same seed. */
export function createRandom(seed: number): (limit: number) => number {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}

/** How a log is made up. */
export interface LogShape {
  readonly events: number;
  readonly authors: number;
  readonly postsPerAuthor: number;
  readonly people: number;
  readonly days: number;
  /** Unix milliseconds: everything happened before. */
  readonly end: number;
  /** Share of all events, 0 to 1, that the first author has alone. */
  readonly first?: number;
  /** The first author's id. */
  readonly firstId?: string;
}

const KINDS: readonly AnalyticsKind[] = ['like', 'comment', 'share', 'bookmark', 'profile_click'];

/** Events with many authors of few and few of many, nine impressions for each engagement. */
export function makeLog(shape: LogShape, random: (limit: number) => number): AnalyticsEvent[] {
  const { authors, people, days, end } = shape;
  const first = Math.floor((shape.first ?? 0) * 1000);
  return Array.from({ length: shape.events }, (_, at): AnalyticsEvent => {
    // The square makes a long tail: the first hundredth of the authors has a tenth of the events.
    const author = random(1000) < first ? 0 : Math.floor((random(10_000) / 10_000) ** 2 * authors);
    const impression = random(10) > 0;
    return {
      kind: impression ? 'impression' : (KINDS[random(KINDS.length)] ?? 'like'),
      id: String(1_000_000 + at),
      version: '1',
      ts: end - 1 - random(days * 86_400) * 1000,
      actorId: String(50_000_000 + random(people)),
      subjectId: String(20_000_000 + author * shape.postsPerAuthor + random(shape.postsPerAuthor)),
      authorId: author === 0 && shape.firstId !== undefined ? shape.firstId : String(10_000_000 + author),
      value: 1,
      depth: impression && random(20) === 0 ? 1 + random(3) : 0,
      source: 'home',
    };
  });
}

/** In place. */
export function shuffle<T>(items: T[], random: (limit: number) => number): T[] {
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = random(at + 1);
    [items[at], items[other]] = [items[other] as T, items[at] as T];
  }
  return items;
}
