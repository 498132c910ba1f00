import { openPglite } from '../pglite/index.js';
import { DEFAULT_SCHEMA, openPostgres, type Postgres } from '../postgres/connection.js';
import { type Terminal, UsageError } from './terminal.js';

/** Flags that every command takes. */
export const TARGET_FLAGS = {
  url: { type: 'string' },
  data: { type: 'string' },
  schema: { type: 'string' },
} as const;

/** Values of {@link TARGET_FLAGS}. */
export interface TargetFlags {
  readonly url?: string | undefined;
  readonly data?: string | undefined;
  readonly schema?: string | undefined;
}

/** The database a command works on. */
export interface Target {
  readonly postgres: Postgres;
  /** For people: without the password. */
  readonly name: string;
  close(): Promise<void>;
}

const withoutPassword = (url: string): string => {
  try {
    const parsed = new URL(url);
    return `${parsed.protocol}//${parsed.username ? `${parsed.username}@` : ''}${parsed.host}${parsed.pathname}`;
  } catch {
    return 'the given url';
  }
};

/**
 * Opens what the flags or the environment name: `--url`, else `--data`, else SOCIALKIT_DATABASE_URL, else DATABASE_URL. Without
 * deadlines: operators' commands take the time they take.
 *
 * @throws UsageError when nothing is named
 */
export async function openTarget(flags: TargetFlags, { env }: Terminal): Promise<Target> {
  const schema = flags.schema ?? env.SOCIALKIT_SCHEMA ?? DEFAULT_SCHEMA;
  const patience = { schema, statementTimeoutMs: 0, connectionTimeoutMs: 5000 };
  if (flags.url === undefined && flags.data !== undefined) {
    const lite = await openPglite({ dataDir: flags.data });
    const postgres = openPostgres({ ...patience, pool: { ...lite.poolConfig } });
    return {
      postgres,
      name: `${flags.data}, schema ${schema}`,
      async close() {
        await postgres.close();
        await lite.close();
      },
    };
  }
  const url = flags.url ?? env.SOCIALKIT_DATABASE_URL ?? env.DATABASE_URL;
  if (url === undefined)
    throw new UsageError('name the database: --url postgres://…, --data <folder>, or SOCIALKIT_DATABASE_URL');
  const postgres = openPostgres({ ...patience, url, pool: { max: 3 } });
  return { postgres, name: `${withoutPassword(url)}, schema ${schema}`, close: () => postgres.close() };
}
