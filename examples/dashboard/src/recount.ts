import type { Story, Told } from './story.js';

// Every number of the page, counted a second time from what was told. It shares no code with the analytics.

type Of<K extends Told['kind']> = Extract<Told, { readonly kind: K }>;
type Post = Of<'post'>;
const ENGAGEMENTS = ['like', 'comment', 'share', 'bookmark', 'profileClick', 'linkClick'] as const;
type Engagement = Of<(typeof ENGAGEMENTS)[number]>;

const DAY_MS = 86_400_000;
const YEAR_DAYS = 365;
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const BANDS: readonly (readonly [string, number, number])[] = [
  ['under 18', 0, 17],
  ['18-24', 18, 24],
  ['25-34', 25, 34],
  ['35-44', 35, 44],
  ['45-54', 45, 54],
  ['55-64', 55, 64],
  ['65+', 65, 200],
];

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const over = (a: number, b: number): number | null => (b === 0 ? null : a / b);
const growth = (before: number | null, now: number | null): number | null =>
  before === null || now === null || before === 0 ? null : (now - before) / before;
const mean = (values: readonly number[]): number | null => over(sum(values), values.length);

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

/** Date, weekday (0 Monday) and hour on the wall of a zone. */
function wallOf(zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  });
  return (at: number) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
    return {
      date: `${part.year}-${part.month}-${part.day}`,
      weekday: WEEKDAYS.indexOf(part.weekday?.slice(0, 3) ?? ''),
      hour: Number(part.hour),
    };
  };
}

/** Cells under ten people go, and with them the smallest of the others. */
function told(cells: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const large = [...cells]
    .filter(([, count]) => count >= 10)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if ([...cells.values()].some((count) => count > 0 && count < 10)) large.pop();
  return new Map(large);
}

const countBy = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
};

/**
 * The numbers of the page by name, as a recount of the story says.
 * @param endedAt Unix milliseconds: the page shows the days until then, and as many before for comparison
 */
export function recount(
  story: Story,
  zone: string,
  days: number,
  endedAt: number,
): ReadonlyMap<string, number | null> {
  const wall = wallOf(zone);
  const numbers = new Map<string, number | null>();
  const set = (name: string, value: number | null) => void numbers.set(name, value);
  const is = <K extends Told['kind']>(...kinds: readonly K[]) =>
    story.told.filter((one): one is Of<K> => (kinds as readonly string[]).includes(one.kind));

  const lastDate = Date.parse(wall(endedAt).date);
  const dates = Array.from({ length: days * 2 }, (_, at) =>
    new Date(lastDate - (days * 2 - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
  const [before, span] = [new Set(dates.slice(0, days)), new Set(dates.slice(days))];
  const inSpan = <T extends Told>(all: readonly T[], set_: ReadonlySet<string> = span) =>
    all.filter(({ at }) => set_.has(wall(at).date));
  const people = (all: readonly { readonly who: string }[]) => new Set(all.map(({ who }) => who)).size;

  const views = is('impression');
  const engagements: readonly Engagement[] = is(...ENGAGEMENTS);
  const posts: readonly Post[] = is('post');
  const follows = is('follow');
  const unfollows = is('unfollow');

  // Tiles, each beside the span before.
  const followersAt = (until: string) =>
    follows.filter(({ at }) => wall(at).date <= until).length -
    unfollows.filter(({ at }) => wall(at).date <= until).length;
  const lastOf = (all: ReadonlySet<string>) => [...all].at(-1) ?? '';
  const ofSpan = (set_: ReadonlySet<string>) => {
    const [seen, did] = [inSpan(views, set_), inSpan(engagements, set_)];
    return {
      posts: inSpan(posts, set_).length,
      impressions: seen.length,
      reach: people(seen),
      engagements: did.length,
      engagementRate: over(did.length, seen.length),
      followers: followersAt(lastOf(set_)),
    };
  };
  const [now, then] = [ofSpan(span), ofSpan(before)];
  for (const name of [
    'followers',
    'posts',
    'impressions',
    'reach',
    'engagements',
    'engagementRate',
  ] as const) {
    set(`tile.${name}`, now[name]);
    set(`tile.${name}.before`, then[name]);
    set(`tile.${name}.change`, growth(then[name], now[name]));
  }

  // Day by day.
  const perDay = [...span].map((date) => inSpan(engagements, new Set([date])).length);
  for (const [at, date] of [...span].entries()) {
    const only = new Set([date]);
    const [gains, losses] = [inSpan(follows, only).length, inSpan(unfollows, only).length];
    set(`day.${date}.impressions`, inSpan(views, only).length);
    set(`day.${date}.reach`, people(inSpan(views, only)));
    set(`day.${date}.engagements`, perDay[at] ?? 0);
    set(`day.${date}.engagements, 7-day mean`, mean(perDay.slice(Math.max(0, at - 6), at + 1)));
    set(`followers.${date}.gains`, gains);
    set(`followers.${date}.losses`, losses);
    set(`followers.${date}.net`, gains - losses);
    set(`followers.${date}.total`, followersAt(date));
  }
  set('engagement.impressions', now.impressions);
  set('engagement.reach', now.reach);
  set('engagement.frequency', over(now.impressions, now.reach));
  set('engagement.engagements', now.engagements);
  set('engagement.engaged', people(inSpan(engagements)));
  const [gains, losses] = [inSpan(follows).length, inSpan(unfollows).length];
  set('followers.gains', gains);
  set('followers.losses', losses);
  set('followers.net', gains - losses);
  set('followers.end', now.followers);

  // Posts, with all that was ever done to them.
  const numbersOf = (post: Post) => {
    const seen = views.filter((view) => view.post === post.id);
    const did = engagements.filter((one) => one.post === post.id).length;
    const reach = people(seen);
    return { ...post, impressions: seen.length, reach, engagements: did, rate: over(did, reach) };
  };
  const mine = inSpan(posts).map(numbersOf);
  const rates = (all: typeof mine) => all.flatMap(({ rate }) => (rate === null ? [] : [rate]));
  const pooled = (all: typeof mine) =>
    over(sum(all.map((post) => post.engagements)), sum(all.map(({ reach }) => reach)));
  set('rate.pooled', pooled(mine));
  set('rate.mean', mean(rates(mine)));
  set('rate.median', median(rates(mine)));
  const group = (prefix: string, all: typeof mine) => {
    set(`${prefix}.posts`, all.length);
    set(`${prefix}.engagements`, sum(all.map((post) => post.engagements)));
    set(`${prefix}.median`, median(all.map((post) => post.engagements)));
    set(`${prefix}.pooled`, pooled(all));
    set(`${prefix}.mean`, mean(rates(all)));
  };
  for (const type of new Set(mine.map((post) => post.type))) {
    const all = mine.filter((post) => post.type === type);
    group(`type.${type}`, all);
    set(`type.${type}.mean.chart`, mean(rates(all)));
  }
  for (const tag of new Set(mine.flatMap(({ tags }) => tags)))
    group(
      `tag.${tag}`,
      mine.filter(({ tags }) => tags.includes(tag)),
    );
  const top = [...mine].sort((a, b) => b.engagements - a.engagements || b.at - a.at).slice(0, 10);
  for (const post of top)
    for (const name of ['engagements', 'impressions', 'reach', 'rate'] as const)
      set(`top.${post.id}.${name}`, post[name]);

  // Best times, over the year.
  const year = posts.filter(({ at }) => at > endedAt - YEAR_DAYS * DAY_MS).map(numbersOf);
  const all = year.map((post) => post.engagements);
  const overall = mean(all) ?? 0;
  const deviation = Math.sqrt(sum(all.map((value) => (value - overall) ** 2)) / (all.length - 1));
  set('bestTimes.n', year.length);
  const best: { name: string; n: number; shrunk: number }[] = [];
  for (const cell of new Set(year.map(({ at }) => `${wall(at).weekday}.${wall(at).hour}`))) {
    const here = year
      .filter(({ at }) => `${wall(at).weekday}.${wall(at).hour}` === cell)
      .map((post) => post.engagements);
    const shrunk = (sum(here) + 10 * overall) / (here.length + 10);
    const half = (1.959963984540054 * deviation) / Math.sqrt(here.length + 10);
    set(`bestTimes.${cell}.n`, here.length);
    set(`bestTimes.${cell}.n.chart`, here.length);
    set(`bestTimes.${cell}.mean`, mean(here));
    set(`bestTimes.${cell}.shrunk`, shrunk);
    set(`bestTimes.${cell}.low`, Math.max(0, shrunk - half));
    set(`bestTimes.${cell}.high`, shrunk + half);
    if (here.length >= 5) best.push({ name: cell, n: here.length, shrunk });
  }
  const first = best.sort((a, b) => b.shrunk - a.shrunk || b.n - a.n)[0];
  if (first && first.shrunk > overall) set('recommendation.post_at.n', first.n);
  for (const [kind, keys] of [
    ['post_type', (post: (typeof mine)[number]) => [post.type]],
    ['use_hashtag', (post: (typeof mine)[number]) => post.tags],
  ] as const) {
    const usual = mean(rates(mine)) ?? 0;
    const counts = [...new Set(mine.flatMap((post) => [...keys(post)]))].flatMap((key) => {
      const of = rates(mine.filter((post) => (keys(post) as readonly string[]).includes(key)));
      const middle = mean(of) ?? 0;
      const spread = Math.sqrt(sum(of.map((value) => (value - middle) ** 2)) / (of.length - 1));
      return of.length >= 5 && middle - (1.959963984540054 * spread) / Math.sqrt(of.length) > usual
        ? [of.length]
        : [];
    });
    if (counts[0] !== undefined) set(`recommendation.${kind}.n`, counts[0]);
  }

  // The audience as it is.
  const followers = story.people.filter(({ id }) => story.followers.has(id));
  const bandOf = (birthYear: number) => {
    const today = new Date(endedAt);
    const age = today.getUTCFullYear() - birthYear - (today.toISOString().slice(5, 10) >= '06-01' ? 0 : 1);
    return BANDS.find(([, low, high]) => age >= low && age <= high)?.[0] ?? '';
  };
  set('audience.sample', followers.length);
  for (const [cell, count] of told(
    countBy(followers, ({ birthYear, gender }) => `${bandOf(birthYear)}|${gender}`),
  )) {
    if (cell.endsWith('|non-binary')) continue;
    set(`ageByGender.${cell}`, count);
    set(`ageByGender.${cell}.chart`, count);
  }
  for (const [cell, count] of told(countBy(followers, ({ place }) => place.toLowerCase()))) {
    set(`place.${cell}`, count);
    set(`place.${cell}.chart`, count);
  }
  for (let hour = 0; hour < 24; hour += 1) {
    const at = (one: Told) => wall(one.at).hour === hour;
    set(`hour.${hour}.engagements`, inSpan(engagements).filter(at).length);
    set(`hour.${hour}.impressions`, inSpan(views).filter(at).length);
  }
  const clicks = inSpan(is('profileClick')).length;
  for (const [name, value] of [
    ['impressions', now.impressions],
    ['profileClicks', clicks],
    ['follows', gains],
  ] as const) {
    set(`funnel.${name}`, value);
    set(`funnel.${name}.chart`, value);
  }
  set('funnel.profileClickRate', over(clicks, now.impressions));
  set('funnel.followRate', over(gains, clicks));

  const byDepth = [0, 1, 2, 3].map((depth) => inSpan(views).filter((view) => view.depth === depth));
  for (const [depth, seen] of byDepth.entries()) {
    set(`depth.${depth}`, people(seen));
    set(`depth.${depth}.chart`, people(seen));
  }
  const came = people(byDepth.slice(1).flat());
  set('virality.amplification', over(came, people(byDepth[0] ?? [])));
  set('virality.reproduction', over(inSpan(is('share')).filter(({ depth }) => depth >= 2).length, came));
  set('virality.n', came);

  // Who engaged most, by whole UTC days.
  const utc = (at: number) => Math.floor(at / DAY_MS);
  const [from, to] = utcDaysOf(dates[days] ?? '', dates.at(-1) ?? '', wall);
  const active = engagements.filter(
    ({ at, who }) => utc(at) >= from && utc(at) <= to && story.followers.has(who),
  );
  const fans = [...countBy(active, ({ who }) => who)].sort(
    (a, b) => b[1] - a[1] || (BigInt(a[0]) < BigInt(b[0]) ? -1 : 1),
  );
  for (const [at, [who, count]] of fans.slice(0, 20).entries()) {
    set(`fan.${who}`, count);
    if (at < 8) set(`fan.${who}.chart`, count);
  }
  return numbers;
}

/** The UTC days that a span of local days touches. */
function utcDaysOf(
  first: string,
  last: string,
  wall: (at: number) => { readonly date: string },
): readonly [number, number] {
  let from = Date.parse(first) - DAY_MS;
  while (wall(from).date < first) from += 900_000;
  let to = Date.parse(last) + 2 * DAY_MS;
  while (wall(to - 1).date > last) to -= 900_000;
  return [Math.floor(from / DAY_MS), Math.floor((to - 1) / DAY_MS)];
}
