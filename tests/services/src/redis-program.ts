import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { arch, homedir, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath, findRedisBinary } from './binaries.js';

/** A Redis server program and the environment it needs. */
export interface RedisProgram {
  readonly command: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Where it comes from, for messages. */
  readonly origin: string;
}

const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1', 'libatomic1'];
const UNPACK_LIMIT_MS = 90_000;
const run = promisify(execFile);

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Folder that keeps the unpacked Redis between runs. */
const redisCacheFolder = (): string =>
  join(
    process.env.XDG_CACHE_HOME || join(homedir() || tmpdir(), '.cache'),
    'socialkit-test-services',
    `redis-${arch()}`,
  );

const libraryFolders = async (root: string): Promise<string[]> => {
  const lib = join(root, 'usr', 'lib');
  const triplets = (await readdir(lib).catch(() => [])).filter((name) => name.includes('-linux-'));
  return [...triplets.map((name) => join(lib, name)), lib];
};

const programIn = async (root: string): Promise<RedisProgram> => ({
  command: join(root, 'usr', 'bin', 'redis-server'),
  env: { ...process.env, LD_LIBRARY_PATH: (await libraryFolders(root)).join(':') },
  origin: "unpacked from the distribution's packages",
});

const runs = async (program: RedisProgram): Promise<boolean> => {
  try {
    await run(program.command, ['--version'], { env: program.env ?? process.env, timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
};

/** Downloads the packages into `folder`; package lists of our own are fetched when the machine has none. */
const download = async (folder: string, signal: AbortSignal): Promise<void> => {
  const apt = (args: string[]): Promise<unknown> => run('apt-get', ['-q', ...args], { cwd: folder, signal });
  try {
    await apt(['download', ...PACKAGES]);
    return;
  } catch (error) {
    if (signal.aborted) throw error;
  }
  const state = join(folder, 'state');
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(state, 'cache', 'archives', 'partial'), { recursive: true });
  const own = ['-o', `Dir::State=${state}`, '-o', `Dir::Cache=${join(state, 'cache')}`];
  own.push('-o', 'Dir::State::status=/var/lib/dpkg/status', '-o', 'APT::Sandbox::User=');
  await apt([...own, 'update']);
  await apt([...own, 'download', ...PACKAGES]);
};

const unpack = async (cache: string): Promise<RedisProgram> => {
  const signal = AbortSignal.timeout(UNPACK_LIMIT_MS);
  await mkdir(join(cache, '..'), { recursive: true });
  const folder = await mkdtemp(`${cache}-unpacking-`);
  try {
    await download(folder, signal);
    const root = join(folder, 'root');
    for (const name of await readdir(folder)) {
      if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', join(folder, name), root], { signal });
    }
    if (!(await runs(await programIn(root)))) throw new Error('the unpacked redis-server does not run');
    await rm(cache, { recursive: true, force: true });
    await rename(root, cache);
    return await programIn(cache);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * Redis unpacked from the distribution's packages into a cache folder, without installing anything:
 * `apt-get download`, `dpkg-deb -x`, LD_LIBRARY_PATH. Takes a few seconds once, at most 90.
 *
 * @throws Error that says why this does not work here
 */
export const unpackRedis = async (cache: string = redisCacheFolder()): Promise<RedisProgram> => {
  if (await exists(cache)) {
    const cached = await programIn(cache);
    if (await runs(cached)) return cached;
  }
  if (platform() !== 'linux' || !findOnPath('apt-get') || !findOnPath('dpkg-deb')) {
    throw new Error('this system has no apt-get and dpkg-deb to fetch one with');
  }
  try {
    return await unpack(cache);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`fetching one with apt-get failed: ${text.trim().split('\n').at(-1)}`, { cause: error });
  }
};

/**
 * A Redis server program: `redis-server` or `valkey-server` on PATH, else one unpacked from the
 * distribution's packages.
 *
 * @throws Error that says what was tried
 */
export const findRedisProgram = async (): Promise<RedisProgram> => {
  const command = findRedisBinary();
  if (command) return { command, origin: command };
  try {
    return await unpackRedis();
  } catch (error) {
    throw new Error(`no redis-server or valkey-server on PATH, and ${(error as Error).message}`, {
      cause: error,
    });
  }
};
