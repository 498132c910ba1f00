/** One use of a hashtag in a sample stream. */
export interface SampleUse {
  readonly minute: number;
  readonly user: number;
  readonly tag: string;
}

/** Something planted in a sample stream: a burst is to be found, the others are not. Minutes. */
export interface SamplePlant {
  readonly kind: 'burst' | 'flood' | 'ring' | 'daily';
  readonly tag: string;
  readonly start: number;
  readonly end: number;
}

/** A stream of uses with what was planted in it. */
export interface SampleStream {
  readonly uses: readonly SampleUse[];
  readonly planted: readonly SamplePlant[];
}

const DAY = 1440;
const USERS = 1500;

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A made-up platform of a few days: many tags of very different size with day and night, bursts of people, accounts that
 * flood, small rings that do, and tags that come every day at their hour. The same seed gives the same stream.
 */
export function sampleStream(seed: number, days = 5): SampleStream {
  const random = numbersFrom(seed);
  const uses: SampleUse[] = [];
  const planted: SamplePlant[] = [];
  const anyone = () => Math.floor(USERS * random());
  const use = (minute: number, user: number, tag: string) => {
    if (minute >= 0 && minute < days * DAY) uses.push({ minute: Math.floor(minute), user, tag });
  };
  const daylight = (minute: number) => 0.3 + 0.7 * Math.sin(((minute % DAY) / DAY) * Math.PI) ** 2;
  for (let minute = 0; minute < days * DAY; minute++)
    for (let n = 0; n < 6; n++)
      if (random() < daylight(minute))
        use(minute, Math.floor(USERS * random() ** 2), `tag${Math.floor(300 * random() ** 3)}`);
  const soon = () => 2 * DAY + random() * (days - 2.5) * DAY;
  for (let n = 0; n < 12; n++) {
    const [tag, start, length, people] = [
      `burst${n}`,
      soon(),
      90 + 300 * random(),
      Math.floor(20 * 8 ** random()),
    ];
    for (let person = 0; person < people; person++) use(start + length * random() ** 1.5, anyone(), tag);
    planted.push({ kind: 'burst', tag, start, end: start + length });
  }
  const crowd = (kind: 'flood' | 'ring', n: number, accounts: number, often: number) => {
    const [tag, start] = [`${kind}${n}`, soon()];
    const members = Array.from({ length: accounts }, anyone);
    for (let minute = 0; minute < 120; minute++)
      for (const member of members) if (random() < often) use(start + minute, member, tag);
    planted.push({ kind, tag, start, end: start + 120 });
  };
  for (let n = 0; n < 8; n++) crowd('flood', n, 2 + Math.floor(3 * random()), 0.8);
  for (let n = 0; n < 5; n++) crowd('ring', n, 6 + Math.floor(5 * random()), 0.2);
  for (let n = 0; n < 6; n++) {
    const [tag, hour, people] = [`daily${n}`, random() * DAY, 10 + Math.floor(20 * random())];
    for (let day = 0; day < days; day++)
      for (let person = 0; person < people; person++) use(day * DAY + hour + 60 * random(), anyone(), tag);
    planted.push({ kind: 'daily', tag, start: 0, end: days * DAY });
  }
  return { uses: uses.sort((x, y) => x.minute - y.minute), planted };
}
