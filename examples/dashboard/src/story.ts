import type { SocialKit } from '@socialkit/adapters';
import type { Clock } from '@socialkit/core';
import { createDice, type Dice } from './dice.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Days that are told: the span of the dashboard and the one before. */
const DAYS = 61;
const PEOPLE = 110;
const PLACES = ['Hamburg', 'Lisbon', 'Nairobi', 'Osaka', 'Bergen'] as const;
const TAGS = ['harbour', 'sunrise', 'boats', 'coffee', 'storm'] as const;
/** Hours at which the creator posts, local to the harbour, and how well each goes down. */
const SLOTS = [
  { hour: 7, pull: 0.45 },
  { hour: 12, pull: 0.35 },
  { hour: 19, pull: 1 },
] as const;

/** What happened, as plain facts beside the platform: what a recount counts. */
export type Told =
  | {
      readonly kind: 'post';
      readonly id: string;
      readonly at: number;
      readonly type: 'text' | 'image';
      readonly tags: readonly string[];
      readonly text: string;
      readonly followers: number;
    }
  | {
      readonly kind: 'impression';
      readonly at: number;
      readonly who: string;
      readonly post: string;
      readonly depth: number;
    }
  | {
      readonly kind: 'like' | 'comment' | 'bookmark' | 'profileClick' | 'linkClick';
      readonly at: number;
      readonly who: string;
      readonly post: string;
    }
  | {
      readonly kind: 'share';
      readonly at: number;
      readonly who: string;
      readonly post: string;
      readonly depth: number;
    }
  | { readonly kind: 'follow' | 'unfollow'; readonly at: number; readonly who: string };

/** Somebody who lives in the story. */
export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly gender: string;
  readonly birthYear: number;
  readonly place: string;
}

/** The story, told. */
export interface Story {
  readonly creatorId: string;
  readonly people: readonly Person[];
  readonly told: readonly Told[];
  /** Who follows the creator in the end. */
  readonly followers: ReadonlySet<string>;
}

/** A clock that the story moves, and that runs on from its end. */
export interface StoryClock extends Clock {
  set(unixMs: number): void;
  run(): void;
}

/** @param start Unix milliseconds */
export function createStoryClock(start: number): StoryClock {
  let now = start;
  let running: number | null = null;
  return {
    now: () => (running === null ? now : now + Date.now() - running),
    set: (unixMs) => {
      now = Math.max(now, unixMs);
    },
    run: () => {
      running = Date.now();
    },
  };
}

interface Teller {
  readonly kit: SocialKit;
  readonly clock: StoryClock;
  readonly dice: Dice;
  readonly told: Told[];
  readonly followers: Set<string>;
  readonly visits: Set<string>;
  readonly creatorId: string;
}

async function settle(
  teller: Pick<Teller, 'kit' | 'dice'>,
): Promise<{ creatorId: string; people: Person[] }> {
  const { kit, dice } = teller;
  const creator = await kit.identity.register(kit.system, {
    externalId: 'dashboard:creator',
    handle: 'harbour_daily',
    displayName: 'Harbour Daily',
  });
  const people: Person[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const gender = dice.chance(0.52) ? 'female' : dice.chance(0.9) ? 'male' : 'non-binary';
    const birthYear = dice.chance(0.5)
      ? 1992 + dice.below(8)
      : dice.chance(0.8)
        ? 1982 + dice.below(8)
        : 1965 + dice.below(40);
    const place = dice.pick(PLACES);
    const handle = `reader_${n}`;
    const { id } = await kit.identity.register(kit.system, {
      externalId: `dashboard:${n}`,
      handle,
      displayName: `Reader ${String.fromCharCode(65 + (n % 26))}${n}`,
      birthDate: `${birthYear}-06-01`,
      gender,
      location: place,
    });
    people.push({ id, handle, gender, birthYear, place });
  }
  return { creatorId: creator.id, people };
}

/** One person meets one post, directly or through somebody's share. */
async function meet(
  teller: Teller,
  person: Person,
  post: { id: string; pull: number },
  via: { id: string; depth: number } | null,
) {
  const { kit, clock, dice, told } = teller;
  const actor = kit.actor(person.id);
  const at = clock.now();
  const shown = via?.id ?? post.id;
  const depth = via?.depth ?? 0;
  const session = `visit-${Math.floor(at / (6 * HOUR_MS))}`;
  await kit.track.impressions(actor, {
    session,
    items: [{ postId: shown, at, ms: 1500 + dice.below(9000), share: 1, surface: 'home' }],
  });
  // Seen again in one visit is not seen twice.
  const visit = `${person.id} ${post.id} ${session}`;
  if (!teller.visits.has(visit)) told.push({ kind: 'impression', at, who: person.id, post: post.id, depth });
  teller.visits.add(visit);
  const note = (kind: 'like' | 'comment' | 'bookmark' | 'profileClick') =>
    told.push({ kind, at: clock.now(), who: person.id, post: post.id });
  if (dice.chance(post.pull * 0.5)) {
    const { changed } = await kit.reactions.addToPost(actor, { postId: post.id });
    if (changed) note('like');
  }
  if (dice.chance(post.pull * 0.1)) {
    await kit.comments.create(actor, {
      postId: post.id,
      text: dice.pick(['Lovely.', 'Wish I were there.', 'What a light!']),
    });
    note('comment');
  }
  if (dice.chance(post.pull * 0.06)) {
    const { changed } = await kit.posts.bookmark(actor, { postId: post.id });
    if (changed) note('bookmark');
  }
  if (dice.chance(0.05)) {
    const said = await kit.track.clicks(actor, {
      session,
      items: [{ postId: shown, at, kind: 'profile' }],
    });
    if (said.accepted === 1) note('profileClick');
  }
}

/** Somebody passes a post on. @returns what others then see; null when he had done so before */
async function pass(teller: Teller, person: Person, postId: string) {
  const { kit, clock, told } = teller;
  // One more than the shares through which he came to it himself.
  const came = told.flatMap((one) =>
    one.kind === 'impression' && one.who === person.id && one.post === postId && one.depth > 0
      ? [one.depth]
      : [],
  );
  const depth = Math.min(3, (came.length === 0 ? 0 : Math.min(...came)) + 1);
  const shared = await kit.posts.repost(kit.actor(person.id), { postId }).catch(() => null);
  if (!shared?.changed || shared.repostId === null) return null;
  // The depth of a share is kept with it: what comes next must not overtake it.
  await kit.idle();
  told.push({ kind: 'share', at: clock.now(), who: person.id, post: postId, depth });
  return { id: shared.repostId, depth };
}

async function follow(teller: Teller, person: Person) {
  const { kit, clock, told, followers, creatorId } = teller;
  if (followers.has(person.id)) return;
  await kit.graph.follow(kit.actor(person.id), { userId: creatorId });
  followers.add(person.id);
  told.push({ kind: 'follow', at: clock.now(), who: person.id });
}

async function unfollow(teller: Teller, person: Person) {
  const { kit, clock, told, followers, creatorId } = teller;
  if (!followers.delete(person.id)) return;
  await kit.graph.unfollow(kit.actor(person.id), { userId: creatorId });
  told.push({ kind: 'unfollow', at: clock.now(), who: person.id });
}

async function publish(teller: Teller, day: number, slot: (typeof SLOTS)[number]) {
  const { kit, clock, dice, told, followers, creatorId } = teller;
  const tags = TAGS.filter(() => dice.chance(0.3));
  const image = dice.chance(0.6);
  const text =
    `${dice.pick(['The ferry leaves early', 'Fog over the pier', 'Two cranes at work', 'Calm water', 'Gulls and a red boat'])}, day ${day} ${tags.map((tag) => `#${tag}`).join(' ')}`.trim();
  const { id } = await kit.posts.create(kit.actor(creatorId), {
    text,
    ...(image ? { media: [{ ref: `harbour/${day}`, type: 'image' as const }] } : {}),
  });
  // Followers are counted when a post is captured.
  await kit.idle();
  told.push({
    kind: 'post',
    id,
    at: clock.now(),
    type: image ? 'image' : 'text',
    tags,
    text,
    followers: followers.size,
  });
  return { id, pull: slot.pull * (image ? 1.25 : 0.8) * (tags.includes('sunrise') ? 1.2 : 1) };
}

async function meetAll(
  teller: Teller,
  people: readonly Person[],
  post: { id: string; pull: number },
  day: number,
  step: () => void,
) {
  const { dice } = teller;
  const readers = people.filter(() => dice.chance(0.08 + day / 600));
  for (const person of readers) {
    step();
    await meet(teller, person, post, null);
    if (dice.chance(0.05)) await follow(teller, person);
    if (!dice.chance(post.pull * 0.05)) continue;
    const first = await pass(teller, person, post.id);
    if (!first) continue;
    for (const friend of people.filter(({ id }) => id !== person.id && dice.chance(0.04))) {
      step();
      await meet(teller, friend, post, first);
      const second = dice.chance(0.3) ? await pass(teller, friend, post.id) : null;
      if (!second) continue;
      const last = dice.pick(people);
      if (last.id === friend.id) continue;
      step();
      await meet(teller, last, post, second);
    }
  }
}

/**
 * Tells two months in the life of a creator through the platform's own services: every like is a reaction, every view an
 * impression that the platform accepts. The same story for the same seed.
 *
 * @param clock stands where the story begins; it is left at its end
 */
export async function tellStory(kit: SocialKit, clock: StoryClock, seed = 7): Promise<Story> {
  const dice = createDice(seed);
  const begin = clock.now();
  const { creatorId, people } = await settle({ kit, dice });
  const teller: Teller = { kit, clock, dice, told: [], followers: new Set(), visits: new Set(), creatorId };
  for (const person of people.slice(0, 60)) await follow(teller, person);
  for (let day = 0; day < DAYS; day += 1) {
    for (const slot of SLOTS) {
      // Evenings are for Tuesdays and Thursdays, mornings for every other day.
      const weekday = new Date(begin + day * DAY_MS).getUTCDay();
      const evening = weekday === 2 || weekday === 4;
      const posts = slot.hour === 19 ? evening : slot.hour === 7 ? day % 2 === 0 : dice.chance(0.1);
      if (!posts) continue;
      clock.set(begin + day * DAY_MS + slot.hour * HOUR_MS + dice.below(20) * 60_000);
      const post = await publish(teller, day, slot);
      let at = clock.now();
      await meetAll(teller, people, post, day, () => {
        at += 60_000 + dice.below(240_000);
        clock.set(at);
      });
    }
    clock.set(begin + day * DAY_MS + 23 * HOUR_MS);
    if (dice.chance(0.3)) await unfollow(teller, dice.pick(people));
  }
  await kit.idle();
  return { creatorId, people, told: teller.told, followers: teller.followers };
}
