import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startRedis } from '@socialkit/test-services';
import { describeOwnRedis, describePostgres } from '@socialkit/test-services/vitest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const BUILT = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const run = promisify(execFile);

interface Started {
  readonly child: ChildProcess;
  /** Resolves with everything printed so far once `words` were printed; rejects when the program ends before. */
  said(words: string): Promise<string>;
  /** Sends a signal and gives the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

const children = new Set<ChildProcess>();

/** Starts the built example as `npm start` does, on a free port. */
function start(env: Readonly<Record<string, string>>): Started {
  const { DATABASE_URL: _, REDIS_URL: __, ...rest } = process.env;
  const child = spawn(process.execPath, [BUILT], { env: { ...rest, PORT: '0', ...env } });
  children.add(child);
  let output = '';
  let ended: number | null | undefined;
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const exited = new Promise<number | null>((resolve) => {
    child.on('close', (code) => {
      children.delete(child);
      ended = code;
      for (const listener of listeners) listener();
      resolve(code);
    });
  });
  return {
    child,
    said: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (output.includes(words)) resolve(output);
          else if (ended === undefined) return;
          else reject(new Error(`it ended with ${ended} before it said "${words}":\n${output}`));
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    end: (signal) => {
      child.kill(signal);
      return exited;
    },
  };
}

/** Runs the three lines that were printed and gives what came. */
const tryAll = async (output: string) =>
  (await Promise.all(curlLinesIn(output).map(tryOut))) as [
    { displayName: string; verified: object; counts: { followers: number } },
    { items: { author: object; text: string }[]; nextCursor: string | null },
    { text: string; author: { handle: string } },
  ];

const originIn = (output: string): string => /http:\/\/localhost:\d+/.exec(output)?.[0] ?? '';
const curlLinesIn = (output: string): string[] =>
  output.split('\n').flatMap((line) => /^ {2}(curl .*)$/.exec(line)?.[1] ?? []);

/** Runs a printed line as it stands; where there is no curl, does what it says. */
async function tryOut(line: string): Promise<Record<string, unknown>> {
  const { stdout } = await run('sh', ['-c', line]).catch(async (error: { code?: unknown }) => {
    if (error.code !== 127) throw error;
    const words = [...line.matchAll(/'([^']*)'/g)].map(([, word]) => word as string);
    const headers = words
      .filter((word) => /^[a-z-]+: /.test(word))
      .map((word) => word.split(': ', 2) as [string, string]);
    const body = words.find((word) => word.startsWith('{'));
    const response = await fetch(words.find((word) => word.startsWith('http')) as string, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body }),
    });
    return { stdout: await response.text() };
  });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('the example server', () => {
  let dataDir: string;
  beforeAll(async () => {
    if (!existsSync(BUILT)) throw new Error(`${BUILT} is not there: build first (npm test does)`);
    dataDir = await mkdtemp(join(tmpdir(), 'socialkit-example-'));
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('refuses a port that is no port, and says so', async () => {
    const { said } = start({ SOCIALKIT_DATA: dataDir, PORT: 'eighty' });
    expect(await said('PORT must be a port number')).not.toContain('is up');
  });

  it('can be interrupted while it makes the community', async () => {
    const first = start({ SOCIALKIT_DATA: dataDir });
    await first.said('Port Elian 10%');
    expect(await first.end('SIGINT')).toBe(0);
  });

  it('can be killed in the middle, too', async () => {
    for (const share of ['20%', '40%']) {
      const victim = start({ SOCIALKIT_DATA: dataDir });
      await victim.said(`Port Elian ${share}`);
      await victim.end('SIGKILL');
    }
  });

  it('goes on where it stopped, prints where to look, and what it prints works', async () => {
    const { said, end } = start({ SOCIALKIT_DATA: dataDir });
    const output = await said('Ctrl-C');
    expect(output).not.toContain('Port Elian 0%');
    const origin = originIn(output);
    expect(await (await fetch(`${origin}/healthz`)).json()).toEqual({ ready: true });
    expect(await (await fetch(`${origin}/openapi.json`)).json()).toMatchObject({ openapi: '3.1.0' });
    expect(await (await fetch(`${origin}/docs`)).text()).toContain('socialkit demo');

    expect(curlLinesIn(output)).toHaveLength(3);
    const [profile, feed, posted] = await tryAll(output);
    expect(profile.displayName).toBe('Harbour Daily');
    expect(profile.verified).not.toBeNull();
    expect(profile.counts.followers).toBeGreaterThan(15);
    expect(feed.items).toHaveLength(5);
    expect(feed.nextCursor).not.toBeNull();
    expect(posted).toMatchObject({
      text: 'Hello from the command line #hello',
      author: { handle: 'mira_lindt' },
    });
    expect(await end('SIGTERM')).toBe(0);
  });

  it('reuses the data on the next start, what was written meanwhile included', async () => {
    const { said, end } = start({ SOCIALKIT_DATA: dataDir });
    const output = await said('Ctrl-C');
    expect(output).not.toContain('Telling the story');
    const feed = (await tryOut(curlLinesIn(output)[1] as string)) as { items: { text: string }[] };
    expect(feed.items[0]?.text).toBe('Hello from the command line #hello');
    expect(await end('SIGINT')).toBe(0);
  });

  it('says what to do when the port is taken', async () => {
    const first = start({ SOCIALKIT_DATA: dataDir });
    const port = new URL(originIn(await first.said('Ctrl-C'))).port;
    const second = start({ SOCIALKIT_DATA: dataDir, PORT: port });
    expect(await second.said('The port is taken')).toContain('PORT=3001 npm start');
    expect(await first.end('SIGTERM')).toBe(0);
  });
}, 300_000);

describePostgres('the example server on PostgreSQL', (postgres) => {
  describeOwnRedis('and Redis', () => {
    it('tells the same story and answers the same calls', async () => {
      await using redis = await startRedis();
      const dataDir = await mkdtemp(join(tmpdir(), 'socialkit-example-'));
      const env = {
        SOCIALKIT_DATA: dataDir,
        DATABASE_URL: await postgres.createDatabase(),
        REDIS_URL: redis.url,
      };
      try {
        const first = start(env);
        const output = await first.said('Ctrl-C');
        expect(output).toContain('on PostgreSQL and Redis');
        const [profile, feed, posted] = await tryAll(output);
        expect(profile.counts.followers).toBeGreaterThan(15);
        expect(feed.items).toHaveLength(5);
        expect(posted.author.handle).toBe('mira_lindt');
        expect(await first.end('SIGTERM')).toBe(0);

        const second = start(env);
        const [, again] = await tryAll(await second.said('Ctrl-C'));
        expect(again.items[0]?.text).toBe(posted.text);
        expect(await second.end('SIGTERM')).toBe(0);
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    }, 300_000);
  });
});
