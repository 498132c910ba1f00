import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from './settings.js';

/** How far the demo's story has been told, so that an interrupted start goes on where it stopped. */
export interface Progress {
  /** When the story begins, in Unix milliseconds. */
  readonly startedAt: number;
  /** Steps that are done. */
  readonly done: number;
  /** Ids of what the story named: people by handle, posts and comments by key. */
  readonly ids: Readonly<Record<string, string>>;
}

/** The small files beside the database. */
export interface Keepsakes {
  /** The secret the demo's tokens are signed with; made once. */
  secret(): Promise<string>;
  loadProgress(): Promise<Progress | null>;
  /** A crash leaves the old or the new state, never half of one. */
  saveProgress(progress: Progress): Promise<void>;
}

const readOrNull = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });

/** Makes the data folder if there is none. Each database has a progress of its own. */
export async function openKeepsakes(settings: Settings): Promise<Keepsakes> {
  await mkdir(settings.dataDir, { recursive: true });
  const replace = async (name: string, text: string) => {
    const path = join(settings.dataDir, name);
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  };
  const database =
    settings.databaseUrl === null
      ? ''
      : `-${createHash('sha256').update(settings.databaseUrl).digest('hex').slice(0, 8)}`;
  const progressName = `demo-story${database}.json`;
  return {
    async secret() {
      const known = await readOrNull(join(settings.dataDir, 'demo-secret'));
      if (known !== null && known.length >= 32) return known;
      const made = randomBytes(32).toString('base64url');
      await replace('demo-secret', made);
      return made;
    },
    async loadProgress() {
      const text = await readOrNull(join(settings.dataDir, progressName));
      return text === null ? null : (JSON.parse(text) as Progress);
    },
    saveProgress: (progress) => replace(progressName, JSON.stringify(progress)),
  };
}
