import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the example runs, from the environment. */
export interface Settings {
  /** `PORT` @default 3000 */
  readonly port: number;
  /** `SOCIALKIT_DATA`: where the embedded database and the demo's own files live. @default .socialkit in the clone */
  readonly dataDir: string;
  /** `DATABASE_URL`: a PostgreSQL server in place of the embedded database. */
  readonly databaseUrl: string | null;
  /** `REDIS_URL` */
  readonly redisUrl: string | null;
}

const CLONE = fileURLToPath(new URL('../../../', import.meta.url));

const given = (text: string | undefined): string | null =>
  text === undefined || text.trim() === '' ? null : text.trim();

/** @throws Error that names the variable */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const port = Number(given(env.PORT) ?? 3000);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a port number, got ${env.PORT}`);
  return {
    port,
    dataDir: resolve(given(env.SOCIALKIT_DATA) ?? resolve(CLONE, '.socialkit')),
    databaseUrl: given(env.DATABASE_URL),
    redisUrl: given(env.REDIS_URL),
  };
}
