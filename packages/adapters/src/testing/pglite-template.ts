import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFakeClock } from '@socialkit/core';
import { openPglite, type Pglite, type PgliteOptions } from '../pglite/index.js';
import { openPostgres, type Postgres } from '../postgres/connection.js';
import { migrate } from '../postgres/migrate.js';

const FOLDER = join(tmpdir(), 'socialkit-pglite-templates');
const KEEP_MS = 24 * 60 * 60_000;

/** Changes with everything that decides what a migrated database looks like. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const folder = fileURLToPath(new URL('../postgres/', import.meta.url));
  const files = (await readdir(folder, { recursive: true }))
    .filter((path) => /(^|\/)(migrations?[^/]*|partitions)\.ts$/.test(path))
    .sort();
  for (const file of files) hash.update(`${file}\n`).update(await readFile(join(folder, file)));
  hash.update(createRequire(import.meta.url).resolve('@electric-sql/pglite'));
  return hash.digest('hex').slice(0, 32);
}

async function openOn(
  options: PgliteOptions,
): Promise<{ readonly lite: Pglite; readonly postgres: Postgres }> {
  const lite = await openPglite(options);
  return { lite, postgres: openPostgres({ statementTimeoutMs: 0, pool: { ...lite.poolConfig } }) };
}

async function makeTemplate(path: string): Promise<void> {
  const { lite, postgres } = await openOn({});
  await migrate(postgres, createFakeClock().now());
  await postgres.close();
  const dump = await lite.dump();
  await lite.close();
  // Renamed into place: another worker sees the whole file or none.
  const partial = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(partial, dump);
  await rename(partial, path);
}

async function template(): Promise<string> {
  await mkdir(FOLDER, { recursive: true });
  const path = join(FOLDER, `${await fingerprint()}.tar`);
  for (const name of await readdir(FOLDER)) {
    const old = join(FOLDER, name);
    const touched = (await stat(old).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (old !== path && Date.now() - touched > KEEP_MS) await rm(old, { force: true });
  }
  const exists = await stat(path).catch(() => undefined);
  if (!exists) await makeTemplate(path);
  return path;
}

/** A migrated, empty embedded database; one connection, so both handles share it. */
export async function openMigratedPglite(): Promise<{
  readonly a: Postgres;
  readonly b: Postgres;
  close(): Promise<void>;
}> {
  const { lite, postgres } = await openOn({ loadDataDir: await template() });
  return {
    a: postgres,
    b: postgres,
    async close() {
      await postgres.close();
      await lite.close();
    },
  };
}
