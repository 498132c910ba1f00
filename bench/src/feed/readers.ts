import { Redis } from 'ioredis';
import { atLeast, atMost, judged } from '../harness/metric.js';
import { interleave, median, quantile, ratio } from '../harness/rounds.js';
import type { Part } from './bench.js';
import { luaKey, luaPush } from './ceilings/timelines.js';
import { openCrowd } from './crowd.js';
import { accountAt } from './population.js';

const READERS = 8;
const SECONDS = 1.5;

/** What readers and writer saw side by side. */
interface Beside {
  /** Milliseconds. */
  readonly p99: number;
  readonly deliveries: number;
}

/** P5: readers beside a fan-out that never stops; all in this process, each side on a connection of its own. */
export const readersPart: Part = {
  goals: ['P5'],
  title: 'readers beside a fan-out',
  async measure(bench) {
    const { stage, rounds } = bench;
    const crowd = await openCrowd(bench);
    const reading = new Redis(stage.redisServer.url);
    const writer = new Redis(stage.redisServer.url);
    const author = crowd.authors.get(100_000)![0]!;
    const keys = author.followers.map(luaKey);
    const followers = [...author.followers].sort();
    const pages: string[] = [];
    for (let at = 0; at < followers.length; at += 5000) pages.push(followers.slice(at, at + 5000).join(','));

    const readFor = async (running: () => boolean) => {
      const times: number[] = [];
      const reader = async (n: number) => {
        for (let turn = n; running(); turn += READERS) {
          const user = accountAt(crowd.active, (turn * 7919) % crowd.active.count);
          const begin = performance.now();
          await reading.lrange(crowd.link.key(`tl:${user}`), -20, -1);
          times.push(performance.now() - begin);
        }
      };
      await Promise.all(Array.from({ length: READERS }, (_, n) => reader(n)));
      return quantile(times, 0.99);
    };
    /** @param write delivers a stretch and says how many timelines it reached */
    const beside = async (write: ((running: () => boolean) => Promise<number>) | null, read: boolean) => {
      const begin = performance.now();
      const running = () => performance.now() - begin < SECONDS * 1000;
      const [p99, written] = await Promise.all([read ? readFor(running) : 0, write?.(running) ?? 0]);
      return { p99, deliveries: (written / (performance.now() - begin)) * 1000 } satisfies Beside;
    };
    const ours = async (running: () => boolean) => {
      let written = 0;
      for (let n = 0; running(); n++)
        written += await crowd.timelines.push(stage.ids.next(), pages[n % pages.length]!);
      return written;
    };
    const base = async (running: () => boolean) => {
      let written = 0;
      for (let at = 0; running(); at = (at + 5000) % keys.length) {
        const some = keys.slice(at, at + 5000);
        await luaPush(writer, crowd.sha, some, stage.ids.next(), { perCall: 1000, width: 2 });
        written += some.length;
      }
      return written;
    };
    const seen: Record<'idle' | 'ours' | 'base' | 'alone', Beside[]> = {
      idle: [],
      ours: [],
      base: [],
      alone: [],
    };
    const noting = (name: keyof typeof seen, measure: () => Promise<Beside>) => async () => {
      const figures = await measure();
      seen[name].push(figures);
      return figures.deliveries;
    };
    await interleave(
      {
        idle: noting('idle', () => beside(null, true)),
        ours: noting('ours', () => beside(ours, true)),
        base: noting('base', () => beside(base, true)),
        alone: noting('alone', () => beside(ours, false)),
      },
      { rounds },
    );
    await Promise.all([reading.quit(), writer.quit()]);
    // The first of each is the warm-up; the order of rounds alternates, so figures of a round stand at the same place.
    const of = (name: keyof typeof seen, what: keyof Beside) =>
      seen[name].slice(1).map((figures) => figures[what]);
    return [
      judged(
        'P5',
        'p99 of 8 readers (LRANGE -20 -1) beside a non-stop fan-out to 100k / idle, same process',
        ratio(of('ours', 'p99'), of('idle', 'p99')),
        'x',
        atMost(5),
      ),
      judged(
        'P5',
        'fan-out beside 8 readers / Lua base (1000 keys x2) beside the same readers',
        ratio(of('ours', 'deliveries'), of('base', 'deliveries')),
        'x',
        atLeast(0.9),
      ),
      judged('latency', 'p99 of 8 readers, idle', median(of('idle', 'p99')), 'ms', null),
      judged('latency', 'p99 of 8 readers beside the fan-out', median(of('ours', 'p99')), 'ms', null),
      judged('latency', 'p99 of 8 readers beside the Lua base', median(of('base', 'p99')), 'ms', null),
      judged(
        'speed',
        'fan-out to 100k, ids in memory, beside 8 readers / alone',
        ratio(of('ours', 'deliveries'), of('alone', 'deliveries')),
        'x',
        null,
      ),
    ];
  },
};
