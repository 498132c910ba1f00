import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { SocialError } from '@socialkit/core';

/** Exclusive use of a data folder. */
export interface FolderLock {
  /** Gives the folder free. Safe to call twice. */
  release(): Promise<void>;
}

interface Owner {
  readonly token: string;
  readonly pid: number;
  /** Tells a process from a later one with the same number; null where the system does not say. */
  readonly startedAt: string | null;
  readonly host: string;
}

const HEARTBEAT_MS = 5_000;
/** An owner on another machine that has not shown itself for this long is gone. */
const FOREIGN_STALE_MS = 30_000;

/** Start of a process in clock ticks since the machine's boot, which no other process with its number shares. */
const startOf = (pid: number): string | null => {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The second field is the program's name in parentheses and may hold spaces.
    return `${boot}:${fields.slice(fields.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const isGone = async (owner: Owner, file: string): Promise<boolean> => {
  if (owner.host !== hostname()) {
    const seen = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
    return Date.now() - seen > FOREIGN_STALE_MS;
  }
  if (!isAlive(owner.pid)) return true;
  return owner.startedAt !== null && owner.startedAt !== startOf(owner.pid);
};

const readOwner = async (file: string): Promise<Owner | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
};

const inUse = (dataDir: string, file: string, owner: Owner): SocialError => {
  const where = owner.host === hostname() ? `process ${owner.pid}` : `process ${owner.pid} on ${owner.host}`;
  const self = owner.host === hostname() && owner.pid === process.pid ? ' (this one)' : '';
  return new SocialError(
    'unavailable',
    'database.in_use',
    `The data folder ${dataDir} is in use by ${where}${self}. An embedded database serves one process at a time: ` +
      'stop or close the other one, give this one another folder, or use a PostgreSQL server, which serves many. ' +
      `If that process is certainly gone, delete ${file}.`,
    { retryable: false },
  );
};

/** Makes `file` with its content in one step; false when it is there already. */
const createWhole = async (file: string, owner: Owner): Promise<boolean> => {
  const draft = `${file}.${owner.token}`;
  await writeFile(draft, JSON.stringify(owner));
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
};

/** Moves a dead owner's file away; puts it back when it turns out to be a newer owner's. */
const clearStale = async (file: string, stale: Owner | undefined): Promise<void> => {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved !== undefined && moved.token !== stale?.token) await link(aside, file).catch(() => {});
  await rm(aside, { force: true });
};

/**
 * Claims a data folder for this process by the file `<dataDir>.lock` beside it. A lock left by a process
 * that has died is taken over: at once on the same machine, after 30 seconds when it was on another one
 * (or in another container).
 *
 * @throws SocialError `database.in_use` when another process, or another database of this one, has it open
 */
export const lockFolder = async (dataDir: string): Promise<FolderLock> => {
  const file = `${dataDir}.lock`;
  const own: Owner = {
    token: randomUUID(),
    pid: process.pid,
    startedAt: startOf(process.pid),
    host: hostname(),
  };
  await mkdir(dirname(file), { recursive: true });
  for (let attempt = 1; !(await createWhole(file, own)); attempt++) {
    const owner = await readOwner(file);
    if (owner !== undefined && (attempt > 5 || !(await isGone(owner, file))))
      throw inUse(dataDir, file, owner);
    await clearStale(file, owner);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      if ((await readOwner(file))?.token === own.token) await rm(file, { force: true });
    },
  };
};
