import { PEOPLE, type Person } from './people.js';
import { type Chance, createChance } from './random.js';
import { type Action, DAY, HOUR, MINUTE, STORY_MS, type Step } from './steps.js';
import { type Ties, tieTogether } from './ties.js';
import type { TopicName } from './topic.js';
import { QUOTES, REPLIES, SMALL_TALK, TOPICS } from './topics.js';

type Post = Extract<Action, { do: 'post' }>;
type Content = Omit<Post, 'do' | 'who' | 'key' | 'visibility'>;

const SETTLED = 6 * DAY;
const LAST_POST = STORY_MS - 3 * HOUR;

/** Everything that can be said about a topic, each thing once. */
function supplyOf(topic: TopicName): Content[] {
  const { posts, images, links, polls } = TOPICS[topic];
  return [
    ...posts.map((text) => ({ text })),
    ...images.map(({ text, ref, alt }) => ({ text, image: { ref, alt } })),
    ...links.map(({ text, url }) => ({ text, link: url })),
    ...polls.map(({ text, options, multiple }) => ({
      text,
      poll: { options, multiple: multiple ?? false },
    })),
  ];
}

/** A moment of the day at which people write: mornings and evenings mostly. */
const momentOf = (chance: Chance, from: number, to: number): number => {
  const day = Math.floor((from + chance.int(Math.max(1, to - from))) / DAY) * DAY;
  const hour = chance.pick([6, 7, 7, 8, 8, 9, 12, 13, 17, 18, 18, 19, 19, 20, 20, 21, 22]);
  return Math.min(Math.max(day + hour * HOUR + chance.int(HOUR), from), to);
};

interface Written {
  readonly post: Post;
  readonly at: number;
  readonly author: Person;
}

function writePosts(chance: Chance, ties: Ties): Written[] {
  const supplies = new Map(
    (Object.keys(TOPICS) as TopicName[]).map((topic) => [topic, chance.shuffle(supplyOf(topic))]),
  );
  const turns = chance.shuffle(
    PEOPLE.flatMap((person) => Array<Person>(1 + Math.ceil(person.weight * 0.6)).fill(person)),
  );
  const written: Written[] = [];
  for (const author of turns) {
    const topic = author.topics.find((name) => (supplies.get(name)?.length ?? 0) > 0);
    const content = topic === undefined ? undefined : supplies.get(topic)?.pop();
    if (content === undefined) continue;
    const friends = ties.friends.get(author.handle) ?? [];
    const other = friends.length > 0 ? chance.pick(friends) : 'mira_lindt';
    written.push({
      author,
      at: momentOf(chance, SETTLED, LAST_POST),
      post: {
        do: 'post',
        who: author.handle,
        key: `post-${written.length + 1}`,
        ...content,
        text: content.text.replace(/@(?!\w)/, `@${other}`),
        visibility:
          chance.hit(0.06) && friends.length > 0 ? 'friends' : chance.hit(0.08) ? 'followers' : 'public',
      },
    });
  }
  return written;
}

/** Who can see a post and might care, the author left out. */
function readersOf({ post, author }: Written, ties: Ties): readonly string[] {
  if (post.visibility === 'friends') return ties.friends.get(author.handle) ?? [];
  return ties.followers.get(author.handle) ?? [];
}

/** A while after something, soon more often than late, within the story. */
const after = (chance: Chance, at: number, within: number): number =>
  Math.min(at + 5 * MINUTE + Math.floor((chance.int(1000) / 1000) ** 3 * within), STORY_MS - MINUTE);

function answer(chance: Chance, ties: Ties, written: Written, number: { comments: number }): Step[] {
  const { post, at, author } = written;
  const readers = chance.shuffle(readersOf(written, ties));
  const steps: Step[] = [];
  const some = (part: number, most: number) =>
    readers.slice(0, Math.min(most, Math.round(readers.length * part * (0.4 + chance.int(100) / 80))));
  for (const who of some(0.25, 7))
    steps.push({ at: after(chance, at, 40 * HOUR), action: { do: 'react', who, post: post.key } });
  if (post.poll) {
    const { options, multiple } = post.poll;
    for (const who of some(0.5, 9)) {
      const chosen = [chance.int(options.length)];
      const more = chance.int(options.length);
      if (multiple && chance.hit(0.4) && more !== chosen[0]) chosen.push(more);
      steps.push({
        at: after(chance, at, 20 * HOUR),
        action: { do: 'vote', who, post: post.key, options: chosen },
      });
    }
  }
  for (const who of some(0.04, 1))
    steps.push({ at: after(chance, at, 30 * HOUR), action: { do: 'bookmark', who, post: post.key } });
  const remarks = chance.shuffle([...TOPICS[author.topics[0] as TopicName].comments, ...SMALL_TALK]);
  for (const who of chance
    .shuffle(readers)
    .slice(0, Math.min(readers.length, chance.int(1.6 + author.weight / 3)))) {
    const key = `comment-${++number.comments}`;
    const spoken = after(chance, at, 30 * HOUR);
    steps.push({
      at: spoken,
      action: { do: 'comment', who, key, post: post.key, text: remarks.pop() ?? 'Lovely.' },
    });
    if (chance.hit(0.4))
      steps.push({
        at: after(chance, spoken, 10 * HOUR),
        action: {
          do: 'comment',
          who: author.handle,
          key: `comment-${++number.comments}`,
          post: post.key,
          parent: key,
          text: chance.pick(REPLIES),
        },
      });
    if (chance.hit(0.35))
      steps.push({
        at: after(chance, spoken, 20 * HOUR),
        action: { do: 'reactToComment', who: author.handle, comment: key },
      });
  }
  return steps;
}

/** Reposts and quotes of what is public and well read. */
function share(
  chance: Chance,
  ties: Ties,
  written: readonly Written[],
): { steps: Step[]; quotes: Written[] } {
  const steps: Step[] = [];
  const quotes: Written[] = [];
  for (const original of written) {
    const { post, at, author } = original;
    if (post.visibility !== 'public' || author.isPrivate || author.weight < 4) continue;
    const readers = chance.shuffle(ties.followers.get(author.handle) ?? []);
    for (const who of readers.slice(0, chance.int(author.weight >= 7 ? 4 : 2)))
      steps.push({ at: after(chance, at, 30 * HOUR), action: { do: 'repost', who, post: post.key } });
    const quoter = PEOPLE.find(({ handle }) => handle === readers.at(-1));
    if (quoter && chance.hit(0.16))
      quotes.push({
        author: quoter,
        at: after(chance, at, 20 * HOUR),
        post: {
          do: 'post',
          who: quoter.handle,
          key: `quote-of-${post.key}`,
          text: chance.pick(QUOTES),
          visibility: 'public',
          quoteOf: post.key,
        },
      });
  }
  return { steps, quotes };
}

/**
 * The story of the demo community, in order of time. Deterministic: one seed is one story.
 * Everything in it is allowed at its moment: nobody answers what he cannot see.
 */
export function tellStory(seed = 1952): readonly Step[] {
  const chance = createChance(seed);
  const ties = tieTogether(chance);
  const written = writePosts(chance, ties);
  const shared = share(chance, ties, written);
  const number = { comments: 0 };
  const all = [...written, ...shared.quotes];
  const steps: Step[] = [
    ...ties.steps,
    ...all.map(({ at, post }) => ({ at, action: post })),
    ...shared.steps,
    ...all.flatMap((each) => answer(chance, ties, each, number)),
  ];
  return steps
    .map((step, i) => ({ step, i }))
    .sort((a, b) => a.step.at - b.step.at || a.i - b.i)
    .map(({ step }) => step);
}
