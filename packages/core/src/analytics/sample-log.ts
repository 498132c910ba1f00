import type { Id } from '../kernel/ids.js';
import { type AnalyticsEvent, type AnalyticsKind, dayOf, hourOf } from './events.js';
import { type Counts, createSum, type Rollup, unpackSketches, WHOLE } from './rollup.js';
import { sketchFromBytes } from './sketch.js';

// A log played out of order, and a recount of it that shares no code with the rollups.

/** The same numbers for the same seed. */
export function createDice(seed: number) {
  let state = (seed * 2_654_435_761) % 2_147_483_647 || 1;
  const below = (limit: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
  return {
    below,
    chance: (share: number) => below(1_000_000) < share * 1_000_000,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
    shuffle<T>(items: readonly T[]): T[] {
      const shuffled = [...items];
      for (let at = shuffled.length - 1; at > 0; at -= 1) {
        const other = below(at + 1);
        [shuffled[at], shuffled[other]] = [shuffled[other] as T, shuffled[at] as T];
      }
      return shuffled;
    },
  };
}
export type Dice = ReturnType<typeof createDice>;

const KINDS: readonly AnalyticsKind[] = [
  'impression',
  'impression',
  'impression',
  'impression',
  'like',
  'comment',
  'share',
  'bookmark',
  'link_click',
  'profile_click',
  'follow',
  'unfollow',
];

/**
 * Events of three authors with four posts each over ten days, then a tenth of them again, a tenth corrected, all out of order.
 * @param now Unix milliseconds; the events happened before
 */
export function sampleLog(dice: Dice, count: number, now: number): readonly AnalyticsEvent[] {
  const events: AnalyticsEvent[] = [];
  for (let at = 0; at < count; at += 1) {
    const kind = dice.pick(KINDS);
    const author = 1 + dice.below(3);
    const follows = kind === 'follow' || kind === 'unfollow';
    const made: AnalyticsEvent = {
      kind,
      id: String(1000 + at),
      version: String(5 + dice.below(5)),
      // Most of it in one hour of one post, so that sketches outgrow the exact set.
      ts: now - (dice.chance(0.5) ? dice.below(3_000_000) : dice.below(10 * 86_400_000)),
      actorId: String(500_000 + dice.below(1500)),
      subjectId: follows ? String(author) : String(author * 10 + dice.below(4)),
      authorId: String(author),
      value: kind === 'impression' && dice.chance(0.1) ? 3 : 1,
      depth:
        kind === 'share'
          ? 1 + dice.below(3)
          : kind === 'impression' && dice.chance(0.2)
            ? 1 + dice.below(3)
            : 0,
      source: dice.chance(0.5) ? 'home' : null,
    };
    events.push(made);
    if (dice.chance(0.1)) events.push(made);
    // Older versions too: they come late and change nothing.
    if (dice.chance(0.1))
      events.push({ ...made, version: String(1 + dice.below(12)), value: dice.pick([0, 0, 1, 2]) });
  }
  return dice.shuffle(events);
}

/** What the log says, counted from scratch: numbers and sets by `author/subject/span/start`. */
export interface Recount {
  readonly numbers: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly people: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<Id>>>;
}

/** Keeps the version that holds of each event, first come first kept among equals. */
export function whatHolds(arrived: readonly AnalyticsEvent[]): readonly AnalyticsEvent[] {
  const held = new Map<string, AnalyticsEvent>();
  for (const event of arrived) {
    const name = `${event.kind} ${event.id} ${dayOf(event.ts)}`;
    const other = held.get(name);
    if (!other || BigInt(event.version) > BigInt(other.version))
      held.set(name, other ? { ...other, version: event.version, value: event.value } : event);
  }
  return [...held.values()];
}

/** Counts what holds, naively. */
export function recount(events: readonly AnalyticsEvent[]): Recount {
  const numbers = new Map<string, Map<string, number>>();
  const people = new Map<string, Map<string, Set<Id>>>();
  const add = (key: string, name: string, value: number) => {
    const counts = numbers.get(key) ?? new Map<string, number>();
    numbers.set(key, counts.set(name, (counts.get(name) ?? 0) + value));
  };
  const see = (key: string, name: string, who: Id) => {
    const sets = people.get(key) ?? new Map<string, Set<Id>>();
    people.set(key, sets.set(name, (sets.get(name) ?? new Set<Id>()).add(who)));
  };
  for (const { kind, authorId, subjectId, ts, value, actorId, depth } of events) {
    if (value === 0) continue;
    const follows = kind === 'follow' || kind === 'unfollow';
    const keys = [
      `${authorId}/${WHOLE}/quarter/${Math.floor(ts / 900_000)}`,
      `${authorId}/${WHOLE}/hour/${hourOf(ts)}`,
      `${authorId}/${WHOLE}/day/${dayOf(ts)}`,
    ];
    if (!follows)
      keys.push(
        `${authorId}/${subjectId}/hour/${hourOf(ts)}`,
        `${authorId}/${subjectId}/day/${dayOf(ts)}`,
        `${authorId}/${subjectId}/total/0`,
      );
    for (const key of keys) {
      add(key, kind, value);
      if (kind === 'impression' && depth > 0) add(key, `impression${depth}`, value);
      if (kind === 'share' && depth >= 2) add(key, 'reshare', value);
      if (value < 0 || follows) continue;
      if (kind !== 'impression') see(key, 'engagers', actorId);
      else {
        see(key, 'viewers', actorId);
        see(key, `viewers${depth}`, actorId);
      }
    }
  }
  return { numbers, people };
}

const NAMES: Readonly<Record<string, keyof Counts>> = {
  impression: 'impressions',
  impression1: 'impressions1',
  impression2: 'impressions2',
  impression3: 'impressions3',
  reshare: 'reshares',
  like: 'likes',
  comment: 'comments',
  share: 'shares',
  bookmark: 'bookmarks',
  link_click: 'linkClicks',
  profile_click: 'profileClicks',
  follow: 'follows',
  unfollow: 'unfollows',
};

const TOTAL = '/total/0';

/** How rollups but for totals differ from a recount: empty when every count is the same and every distinct count is as exact as promised. */
export function differencesFrom(expected: Recount, rollups: readonly Rollup[]): readonly string[] {
  const found: string[] = [];
  const sums = new Map<string, ReturnType<typeof createSum>>();
  for (const rollup of rollups) {
    const key = `${rollup.authorId}/${rollup.subjectId}/${rollup.span}/${rollup.start}`;
    const sum = sums.get(key) ?? createSum();
    sum.merge(rollup);
    sums.set(key, sum);
  }
  for (const key of new Set([...sums.keys(), ...expected.numbers.keys()])) {
    if (key.endsWith(TOTAL)) continue;
    const counts = sums.get(key)?.counts();
    for (const [name, count] of Object.entries(NAMES)) {
      const [said, should] = [counts?.[count] ?? 0, expected.numbers.get(key)?.get(name) ?? 0];
      if (said !== should) found.push(`${key} ${count}: ${said}, not ${should}`);
    }
    const done = sums.get(key)?.finish();
    const said = new Map(
      done
        ? [...unpackSketches(done.sketches)].map(([name, bytes]) => [
            name as string,
            sketchFromBytes(bytes).count(),
          ])
        : [],
    );
    for (const name of ['viewers', 'engagers', 'viewers0', 'viewers1', 'viewers2', 'viewers3']) {
      const should = expected.people.get(key)?.get(name)?.size ?? 0;
      const off = Math.abs((said.get(name) ?? 0) - should);
      if (should <= 256 ? off > 0 : off / should > 0.02)
        found.push(`${key} ${name}: ${said.get(name) ?? 0}, not ${should}`);
    }
  }
  return found;
}

/** The same for the totals of posts, which come without their sketches. */
export function totalDifferences(
  expected: Recount,
  authorId: Id,
  posts: readonly { readonly postId: Id; readonly counts: Counts }[],
): readonly string[] {
  const found: string[] = [];
  for (const { postId, counts } of posts) {
    const key = `${authorId}/${postId}${TOTAL}`;
    const should = (name: string) => expected.numbers.get(key)?.get(name) ?? 0;
    for (const [name, count] of Object.entries(NAMES))
      if (counts[count] !== should(name))
        found.push(`${key} ${count}: ${counts[count]}, not ${should(name)}`);
    for (const [count, name] of [
      ['reach', 'viewers'],
      ['engaged', 'engagers'],
    ] as const) {
      const people = expected.people.get(key)?.get(name)?.size ?? 0;
      const off = Math.abs(counts[count] - people);
      if (people <= 256 ? off > 0 : off / people > 0.02)
        found.push(`${key} ${count}: ${counts[count]}, not ${people}`);
    }
  }
  return found;
}
