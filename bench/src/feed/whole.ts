import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createSocialKit } from '@socialkit/adapters';
import { createHandler } from '@socialkit/adapters/http';
import { userActor } from '@socialkit/core';
import { closedLoop, inFlight } from '../harness/load.js';
import { judged, type Metric } from '../harness/metric.js';
import { median } from '../harness/rounds.js';
import type { Bench, Part } from './bench.js';
import { openCrowd } from './crowd.js';
import { openCrowdKit } from './first-delivery.js';
import { CONCURRENCY } from './homes.js';
import { openTown } from './town.js';

const POSTS = 300;

async function repeated(rounds: number, measure: () => Promise<number>): Promise<number> {
  const figures: number[] = [];
  await measure();
  for (let round = 0; round < rounds; round++) figures.push(await measure());
  return median(figures);
}

/** Posts of authors with a thousand active followers each: written, and written and delivered. */
async function posting(bench: Bench): Promise<readonly Metric[]> {
  bench.say('posts through the public service');
  const crowd = await openCrowd(bench);
  const authors = crowd.authors.get(1000)!;
  const kit = await openCrowdKit(bench);
  const delivered: number[] = [];
  try {
    const written = await repeated(bench.rounds, async () => {
      const begin = performance.now();
      await inFlight(Array.from({ length: POSTS }).keys(), 16, (n) =>
        kit.posts.create(kit.actor(authors[n % authors.length]!.id), {
          text: `a post of the bench, number ${n}`,
        }),
      );
      const seconds = (performance.now() - begin) / 1000;
      await kit.idle();
      delivered.push(POSTS / ((performance.now() - begin) / 1000));
      return POSTS / seconds;
    });
    return [
      judged(
        'posts',
        'posts through the public service, committed, 16 callers, worker in the same process',
        written,
        '1/s',
        null,
      ),
      judged('posts', 'the same, each in 1000 timelines', median(delivered.slice(1)), '1/s', null),
    ];
  } finally {
    await kit.close();
  }
}

/** Home pages through the HTTP handler, without a socket. */
async function handling(bench: Bench): Promise<readonly Metric[]> {
  bench.say('pages through the HTTP handler');
  const town = await openTown(bench);
  const readers = town.readers.get(200)!;
  const { stage } = bench;
  const kit = await createSocialKit({
    database: stage.server.url,
    redis: { url: stage.redisServer.url, prefix: 'http:', deadlineMs: 10_000 },
    clock: town.clock,
    worker: false,
  });
  const plenty = { limit: 1_000_000_000, windowMs: 300_000 };
  const handle = createHandler(kit, {
    authenticate: (request) => userActor(request.headers.get('x-reader') ?? ''),
    limits: { user: plenty, network: plenty },
  });
  const read = async (n: number) => {
    const response = await handle(
      new Request('http://bench.test/v1/feed/home?limit=20', {
        headers: { 'x-reader': readers[n % readers.length]! },
      }),
      { address: '127.0.0.1' },
    );
    const body = await response.text();
    if (response.status !== 200) throw new Error(`a page was answered with ${response.status}: ${body}`);
  };
  try {
    const perSecond = await repeated(
      bench.rounds,
      async () => (await closedLoop(1, CONCURRENCY, read)).perSecond,
    );
    return [judged('pages', 'home pages through the HTTP handler, 32 callers', perSecond, '1/s', null)];
  } finally {
    await kit.close();
  }
}

interface Started {
  readonly startMs: number;
  readonly sinceLaunchMs: number;
  readonly rss: number;
}

async function starting(bench: Bench): Promise<readonly Metric[]> {
  bench.say('starts of the embedded platform');
  const starts: Started[] = [];
  for (let n = 0; n < Math.min(3, bench.rounds); n++) {
    const child = fork(new URL('./embedded.program.js', import.meta.url), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [started] = (await once(child, 'message')) as [Started];
    starts.push(started);
    if (child.exitCode === null) await once(child, 'exit');
  }
  const middle = (what: keyof Started) => median(starts.map((started) => started[what]));
  return [
    judged(
      'start',
      'createSocialKit(), embedded, in memory, first start',
      middle('startMs') / 1000,
      's',
      null,
    ),
    judged('memory', 'resident memory of an idle process, embedded', middle('rss') / 2 ** 20, 'MiB', null),
  ];
}

/** Figures without a goal: the whole way through the public service. */
export const wholePart: Part = {
  goals: ['posts', 'pages', 'start', 'memory'],
  title: 'the whole way',
  measure: async (bench) => [
    ...(await starting(bench)),
    ...(await posting(bench)),
    ...(await handling(bench)),
  ],
};
