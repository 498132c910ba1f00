import { createRandom, type Random } from '../ranking/random.js';

/** How large a synthetic platform is. */
export interface SyntheticOptions {
  /** @default 'socialkit' */
  readonly seed?: string;
  /** @default 400 */
  readonly users?: number;
  /** Planted communities; each has a topic of its own. @default 8 */
  readonly communities?: number;
  /** Followees of a user on average; their number falls off by a power law. @default 20 */
  readonly followees?: number;
  /** Posts per user on average; few write most. @default 4 */
  readonly posts?: number;
  /** Hours over which posts are spread. @default 72 */
  readonly hours?: number;
  /** Times a user opens his feed. @default 6 */
  readonly visits?: number;
  /** Planted bursts: hours in which everybody cares for one topic. @default 2 */
  readonly bursts?: number;
}

/** A post of a synthetic platform. */
export interface SyntheticPost {
  readonly id: number;
  readonly author: number;
  readonly topic: number;
  /** Hours from the start. */
  readonly at: number;
  /** What nobody knows but the clicks: 0 to 1. */
  readonly quality: number;
}

/** A visit: what could be seen, and what the user clicked on. */
export interface SyntheticVisit {
  readonly user: number;
  readonly at: number;
  /** Posts of the last day that were looked at, in random order. */
  readonly seen: readonly number[];
  readonly clicked: ReadonlySet<number>;
}

/** A platform made up of numbers: a power-law graph with communities, posts, bursts and clicks. */
export interface SyntheticWorld {
  readonly seed: string;
  readonly community: readonly number[];
  /** Followees of each user, ascending. */
  readonly followees: readonly (readonly number[])[];
  readonly posts: readonly SyntheticPost[];
  /** In order of time. */
  readonly visits: readonly SyntheticVisit[];
  readonly bursts: readonly { readonly topic: number; readonly from: number; readonly to: number }[];
}

const DEFAULTS = Object.freeze({
  seed: 'socialkit',
  users: 400,
  communities: 8,
  followees: 20,
  posts: 4,
  hours: 72,
  visits: 6,
  bursts: 2,
});
/** Posts a user looks at in one visit. */
const LOOKED_AT = 60;
const RECENT_HOURS = 24;
/** Share of follows within the own community, and of those that are returned. */
const INSIDE = 0.7;
const RETURNED = 0.3;

/** A number of at least 1 that falls off by a power law with exponent 2.2. */
const powerLaw = (random: Random, most: number): number =>
  Math.min(most, Math.floor((1 - random()) ** (-1 / 1.2)));

/** A follow graph: who is followed is followed more, mostly inside communities, and some follows are returned. */
export function generateGraph(
  options: Pick<SyntheticOptions, 'seed' | 'users' | 'communities' | 'followees'> = {},
): { readonly community: readonly number[]; readonly followees: readonly (readonly number[])[] } {
  const { seed, users, communities, followees: average } = { ...DEFAULTS, ...options };
  const random = createRandom(`graph:${seed}`);
  const community = Array.from({ length: users }, () => Math.floor(random() * communities));
  const out = Array.from({ length: users }, () => new Set<number>());
  // Everybody stands in an urn once, and once more for each follower.
  const everywhere = Array.from({ length: users }, (_, user) => user);
  const inside = Array.from({ length: communities }, (_, c) =>
    everywhere.filter((user) => community[user] === c),
  );
  const follow = (from: number, to: number) => {
    if (from === to || out[from]?.has(to)) return;
    out[from]?.add(to);
    everywhere.push(to);
    inside[community[to] as number]?.push(to);
    if (random() < RETURNED && !out[to]?.has(from)) {
      out[to]?.add(from);
      everywhere.push(from);
    }
  };
  for (let from = 0; from < users; from++) {
    const wanted = Math.max(2, Math.round((powerLaw(random, users / 4) * average) / 4));
    for (let n = 0; n < wanted; n++) {
      const urn = random() < INSIDE ? (inside[community[from] as number] as number[]) : everywhere;
      follow(from, urn[Math.floor(random() * urn.length)] as number);
    }
  }
  return { community, followees: out.map((own) => [...own].sort((a, b) => a - b)) };
}

/**
 * Makes a platform up, so that a host can try rankings before it has any data. Clicks follow what users care for: whom they
 * follow and click on often, their community's topic, quality, freshness, bursts; the ranking sees none of the causes but
 * the past. The same options give the same platform.
 */
export function generateWorld(options: SyntheticOptions = {}): SyntheticWorld {
  const given = { ...DEFAULTS, ...options };
  const { seed, users, communities, hours, visits: perUser } = given;
  const random = createRandom(`world:${seed}`);
  const { community, followees } = generateGraph(given);
  const topicOf = (user: number) =>
    random() < 0.8 ? (community[user] as number) : Math.floor(random() * communities);
  const posts = Array.from({ length: users }, (_, author) => author)
    .flatMap((author) =>
      Array.from({ length: Math.min(60, powerLaw(random, 60) + given.posts - 2) }, () => author),
    )
    .map((author) => ({ author, topic: topicOf(author), at: random() * hours, quality: random() ** 2 }))
    .sort((a, b) => a.at - b.at)
    .map((post, id): SyntheticPost => ({ id, ...post }));
  const bursts = Array.from({ length: given.bursts }, () => {
    const from = RECENT_HOURS + random() * Math.max(1, hours - RECENT_HOURS - 6);
    return { topic: Math.floor(random() * communities), from, to: from + 6 };
  });
  /** How much each user cares for each of his followees, which only his clicks tell. */
  const fondness = followees.map((own) => new Map(own.map((author) => [author, random() ** 2] as const)));
  const likes = (user: number, { author, topic, at, quality }: SyntheticPost, now: number): number => {
    const follows = fondness[user]?.get(author);
    const burst = bursts.some((one) => one.topic === topic && now >= one.from && now < one.to) ? 1 : 0;
    const liking =
      -4.2 +
      (follows === undefined ? 0 : 0.6 + 2.2 * follows) +
      (topic === community[user] ? 1.4 : 0) +
      2.6 * quality +
      1.2 * burst -
      (now - at) / 12;
    return 1 / (1 + Math.exp(-liking));
  };
  const times = Array.from({ length: users }, (_, user) => user)
    .flatMap((user) =>
      Array.from({ length: perUser }, () => ({
        user,
        at: RECENT_HOURS / 2 + random() * (hours - RECENT_HOURS / 2),
      })),
    )
    .sort((a, b) => a.at - b.at);
  const visits = times.map(({ user, at }): SyntheticVisit => {
    const recent = posts.filter(
      (post) => post.at < at && post.at > at - RECENT_HOURS && post.author !== user,
    );
    const own = new Set(followees[user]);
    const seen: number[] = [];
    // Half of what is looked at comes from followees, as far as they wrote.
    for (const pool of [recent.filter(({ author }) => own.has(author)), recent])
      for (let n = 0; n < LOOKED_AT / 2 && pool.length > 0; n++) {
        const post = pool[Math.floor(random() * pool.length)] as SyntheticPost;
        if (!seen.includes(post.id)) seen.push(post.id);
      }
    const clicked = new Set(seen.filter((id) => random() < likes(user, posts[id] as SyntheticPost, at)));
    return { user, at, seen, clicked };
  });
  return { seed, community, followees, posts, visits, bursts };
}
