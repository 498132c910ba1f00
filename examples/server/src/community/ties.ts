import { PEOPLE, type Person } from './people.js';
import type { Chance } from './random.js';
import { DAY, HOUR, MINUTE, type Step } from './steps.js';

/** Who is tied to whom once everybody has settled in. */
export interface Ties {
  /** Accepted followers, by handle. */
  readonly followers: ReadonlyMap<string, readonly string[]>;
  /** Accepted friends, by handle. */
  readonly friends: ReadonlyMap<string, readonly string[]>;
  readonly steps: readonly Step[];
}

const pairs = (list: readonly Person[]): (readonly [Person, Person])[] =>
  list.flatMap((a, i) => list.slice(i + 1).map((b) => [a, b] as const));

const shared = (a: Person, b: Person): number => a.topics.filter((topic) => b.topics.includes(topic)).length;

/** How likely one follows the other: what they have in common, and how widely the other is read. */
const pull = (who: Person, whom: Person): number => {
  const common = shared(who, whom);
  const fame = whom.weight / 10;
  if (whom.weight >= 8) return 0.2 + 0.2 * common + 0.15 * fame;
  return common === 0 ? 0.01 + 0.03 * fame : 0.06 + 0.12 * common + 0.15 * fame;
};

/** People join over two days, find each other over three more; a few requests to private accounts stay open. */
export function tieTogether(chance: Chance): Ties {
  const steps: Step[] = [];
  const followers = new Map<string, string[]>(PEOPLE.map(({ handle }) => [handle, []]));
  const friends = new Map<string, string[]>(PEOPLE.map(({ handle }) => [handle, []]));
  PEOPLE.forEach((person, i) => {
    steps.push({ at: i * 40 * MINUTE + chance.int(30 * MINUTE), action: { do: 'join', who: person.handle } });
  });
  const settling = () => 2 * DAY + chance.int(3 * DAY);
  for (const who of PEOPLE)
    for (const whom of PEOPLE) {
      if (who === whom || !chance.hit(pull(who, whom))) continue;
      const at = settling();
      steps.push({ at, action: { do: 'follow', who: who.handle, whom: whom.handle } });
      if (whom.isPrivate) {
        if (chance.hit(0.25)) continue;
        steps.push({
          at: at + HOUR + chance.int(10 * HOUR),
          action: { do: 'accept', who: whom.handle, whom: who.handle },
        });
      }
      followers.get(whom.handle)?.push(who.handle);
    }
  for (const [a, b] of pairs(PEOPLE)) {
    if (shared(a, b) === 0 || a.weight >= 9 || b.weight >= 9 || !chance.hit(0.12)) continue;
    const at = settling();
    steps.push({ at, action: { do: 'befriend', who: a.handle, whom: b.handle } });
    if (chance.hit(0.15)) continue;
    steps.push({
      at: at + HOUR + chance.int(8 * HOUR),
      action: { do: 'acceptFriend', who: b.handle, whom: a.handle },
    });
    for (const [x, y] of [
      [a, b],
      [b, a],
    ] as const) {
      friends.get(x.handle)?.push(y.handle);
      const known = followers.get(y.handle);
      // Friends follow each other: accepting makes it so.
      if (known && !known.includes(x.handle)) known.push(x.handle);
    }
  }
  return { followers, friends, steps };
}
