import { createSocialKit, type SocialKit } from '@socialkit/adapters';
import type { DemoBackEnd } from './back-ends.js';
import { differing, readHomes } from './check.js';
import { createAccounts, importFollows } from './community.js';
import { acrossTheRange, type FollowerGraph } from './follower-graph.js';
import { runStage } from './progress.js';
import { homeTruth, type WrittenPost } from './truth.js';

/** The three ways a post can reach its readers; the pages must not tell them apart. */
export const RULES = ['default', 'push', 'pull'] as const;
export type Rule = (typeof RULES)[number];

/** How much the demo does. */
export interface DemoSize {
  /** Posts written under each rule. */
  readonly posts: number;
  /** Readers whose homes are checked. */
  readonly readers: number;
  /** Calls under way at once. */
  readonly width: number;
}

/** One line of the result: what was done, how fast, and whether it was right. */
export interface DemoLine {
  readonly backEnd: string;
  readonly step: string;
  readonly count: number;
  readonly perSecond: number;
  /** Null where there is nothing to be right about. */
  readonly wrong: number | null;
}

/** Runs the whole demo on one back-end. */
export async function runDemo(
  backEnd: DemoBackEnd,
  graph: FollowerGraph,
  size: DemoSize,
): Promise<readonly DemoLine[]> {
  const lines: DemoLine[] = [];
  const note = (step: string, count: number, perSecond: number, wrong: number | null = null) =>
    lines.push({ backEnd: backEnd.name, step, count, perSecond, wrong });
  const authors = acrossTheRange(graph.followerCounts, Math.min(200, graph.names.length));
  const readers = acrossTheRange(
    graph.followees.map((set) => set.size),
    size.readers,
  );
  const written: WrittenPost[] = [];
  let ids: readonly string[] = [];

  const truths = () => new Map(readers.map((reader) => [ids[reader]!, homeTruth(graph, written, reader)]));
  const open = (rule: Rule) => createSocialKit({ ...backEnd.options, feed: { rule } });
  const title = (text: string) => `${backEnd.name}: ${text}`;

  const load = async (kit: SocialKit) => {
    const accounts = await createAccounts(kit, graph);
    ids = accounts.ids;
    note('accounts', graph.names.length, graph.names.length / accounts.seconds);
    const follows = await importFollows(kit, graph, ids);
    note('follows', follows.created, follows.created / follows.seconds);
    await kit.idle(10 * 60_000);
  };

  const write = async (kit: SocialKit, rule: Rule) => {
    const turns = Array.from({ length: size.posts }, (_, at) => authors[at % authors.length]!);
    const begin = performance.now();
    const posts: WrittenPost[] = [];
    await runStage(title(`posts (${rule})`), turns, size.width, async (author) => {
      const { id } = await kit.posts.create(kit.actor(ids[author]!), { text: `A post by member ${author}` });
      posts.push({ id, author });
    });
    const seconds = (performance.now() - begin) / 1000;
    await kit.idle(10 * 60_000);
    const drained = (performance.now() - begin) / 1000;
    const deliveries = posts.reduce((sum, { author }) => sum + graph.followerCounts[author]!, 0);
    note(`posts, ${rule}`, posts.length, posts.length / seconds);
    note(`followers they have, drained, ${rule}`, deliveries, deliveries / drained);
    // Writers run side by side: the order of the ids is the order of the feed.
    written.push(...posts.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)));
  };

  for (const rule of RULES) {
    const kit = await open(rule);
    try {
      if (ids.length === 0) await load(kit);
      const readerIds = readers.map((reader) => ids[reader]!);
      // Reading makes them active: what follows is delivered to timelines that exist.
      const before = await readHomes(kit, title(`first visit (${rule})`), readerIds, size.width);
      note(
        `homes before, ${rule}`,
        readerIds.length,
        before.pagesPerSecond,
        differing(before.homes, truths()).length,
      );
      await write(kit, rule);
      const after = await readHomes(kit, title(`homes (${rule})`), readerIds, size.width);
      note(
        `homes after, ${rule}`,
        readerIds.length,
        after.pagesPerSecond,
        differing(after.homes, truths()).length,
      );
      const sampled = readerIds.slice(0, 50);
      let drift = 0;
      const seconds = await runStage(title(`feed.verify (${rule})`), sampled, 4, async (userId) => {
        const report = await kit.feed.verify(kit.system, { userId });
        if (report.missing.length > 0) drift++;
      });
      note(`feed.verify, ${rule}`, sampled.length, sampled.length / seconds, drift);
    } finally {
      await kit.close();
    }
  }

  // The same data once more under every rule: page by page the same.
  const byRule: string[][] = [];
  for (const rule of RULES) {
    const kit = await open(rule);
    try {
      const readerIds = readers.map((reader) => ids[reader]!);
      const { homes } = await readHomes(kit, title(`compare (${rule})`), readerIds, size.width);
      byRule.push(readerIds.map((id) => homes.get(id)!.join()));
    } finally {
      await kit.close();
    }
  }
  const [first = [], ...others] = byRule;
  note(
    'default = push = pull',
    readers.length,
    0,
    first.filter((home, at) => others.some((other) => other[at] !== home)).length,
  );
  return lines;
}
