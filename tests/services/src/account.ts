import { execFileSync } from 'node:child_process';

/** The user and group a child process runs as; undefined means "the same as this process". */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  try {
    const id = Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
    return Number.isSafeInteger(id) && id > 0 ? id : undefined;
  } catch {
    return undefined;
  }
};

/** True when this process runs as root, which PostgreSQL refuses to do. */
const isRoot = (): boolean => process.getuid?.() === 0;

/**
 * The account that a PostgreSQL server runs as: undefined for an ordinary user; for root the account
 * `postgres`, else `nobody`.
 *
 * @throws Error when this process is root and neither account exists
 */
export const serverAccount = (): Account | undefined => {
  if (!isRoot()) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined) return { uid, gid };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account "postgres" or "nobody" to run it as',
  );
};
