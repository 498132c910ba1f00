import { parseArgs } from 'node:util';
import { idSchema, systemClock } from '@socialkit/core';
import { createPostgresJobStore } from '../postgres/kernel/jobs.js';
import { openTarget, TARGET_FLAGS } from './target.js';
import { aligned, plain, type Terminal, UsageError } from './terminal.js';

const PAGE = 500;

const FLAGS = {
  ...TARGET_FLAGS,
  queue: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
  all: { type: 'boolean' },
} as const;

const limitOf = (text: string | undefined): number => {
  const limit = Number(text ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new UsageError('--limit is a number from 1 to 10000');
  return limit;
};

/**
 * `socialkit jobs dead` lists dead letters, newest first; `socialkit jobs replay <id>… | --all [--queue <name>]` gives them fresh
 * attempts. @returns the exit code
 */
export async function jobsCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options: FLAGS, allowPositionals: true });
  const [verb, ...ids] = positionals;
  if (verb !== 'dead' && verb !== 'replay') throw new UsageError('socialkit jobs dead | replay');
  const limit = limitOf(values.limit);
  const wrong = ids.find((id) => !idSchema.safeParse(id).success);
  if (wrong !== undefined) throw new UsageError(`"${plain(wrong)}" is not a job id`);
  if (verb === 'replay' && ids.length === 0 && !values.all)
    throw new UsageError('name the jobs to replay, or --all');
  if (verb === 'replay' && ids.length > 0 && values.all) throw new UsageError('name jobs or --all, not both');

  const target = await openTarget(values, terminal);
  try {
    const store = createPostgresJobStore({ db: target.postgres.db, clock: systemClock });
    const ofQueue = values.queue === undefined ? {} : { queue: values.queue };
    if (verb === 'dead') {
      const dead = await store.dead({ ...ofQueue, limit });
      if (values.json) for (const job of dead) terminal.out(JSON.stringify(job));
      else if (dead.length === 0) terminal.out('no dead jobs');
      else
        for (const line of aligned([
          ['ID', 'QUEUE', 'DIED', 'ATTEMPTS', 'ERROR'],
          ...dead.map((job) => [
            job.id,
            job.queue,
            new Date(job.deadAt).toISOString(),
            String(job.attempts),
            job.lastError,
          ]),
        ]))
          terminal.out(line);
      return 0;
    }
    let count = 0;
    if (!values.all) count = await store.replay(ids);
    else
      for (;;) {
        const page = await store.dead({ ...ofQueue, limit: PAGE });
        if (page.length === 0) break;
        count += await store.replay(page.map(({ id }) => id));
      }
    terminal.out(`${count} ${count === 1 ? 'job lives' : 'jobs live'} again`);
    return ids.length > 0 && count < new Set(ids).size ? 1 : 0;
  } finally {
    await target.close();
  }
}
