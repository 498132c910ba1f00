import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

const pathFolders = (): string[] =>
  (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');

/** The first of `names` that PATH holds as an executable, in the order of `names`. */
export const findOnPath = (...names: string[]): string | undefined => {
  for (const name of names) {
    for (const folder of pathFolders()) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  return undefined;
};

/** The two programs a private PostgreSQL server needs. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const binariesIn = (folder: string): PostgresBinaries | undefined => {
  const found = { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  return isExecutable(found.initdb) && isExecutable(found.postgres) ? found : undefined;
};

const debianFolders = (): string[] => {
  try {
    return readdirSync(DEBIAN_POSTGRES)
      .filter((version) => /^\d+$/.test(version))
      .sort((a, b) => Number(b) - Number(a))
      .map((version) => join(DEBIAN_POSTGRES, version, 'bin'));
  } catch {
    return [];
  }
};

/**
 * `initdb` and `postgres` of one installation: PATH first, then the newest of Debian's
 * `/usr/lib/postgresql/<version>/bin`, which Debian keeps off PATH.
 */
export const findPostgresBinaries = (): PostgresBinaries | undefined => {
  for (const folder of [...pathFolders(), ...debianFolders()]) {
    const found = binariesIn(folder);
    if (found) return found;
  }
  return undefined;
};

/** `redis-server` or `valkey-server` on PATH. */
export const findRedisBinary = (): string | undefined => findOnPath('redis-server', 'valkey-server');
