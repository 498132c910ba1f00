import { readdirSync, readFileSync } from 'node:fs';

/** Microseconds of processor time, by who used it. */
export interface CpuTime {
  readonly node: number;
  readonly redis: number;
  readonly postgres: number;
}

/** Linux counts processor time of other processes in hundredths of a second. */
const TICK_US = 10_000;

/** Parent and processor time of a process; null when it is gone, or where the system does not say. */
function processTime(pid: string): { readonly parent: number; readonly us: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { parent: Number(fields[1]), us: (Number(fields[11]) + Number(fields[12])) * TICK_US };
  } catch {
    return null;
  }
}

/** Processor time of a process and its children so far, by process id. */
function familyTimes(pid: number): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const time = processTime(name);
    if (time && (Number(name) === pid || time.parent === pid)) times.set(Number(name), time.us);
  }
  return times;
}

/** What was used between two looks, by processes that were there at the second. */
const used = (before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): number =>
  [...after].reduce((sum, [pid, us]) => sum + us - (before.get(pid) ?? 0), 0);

/** Servers whose time counts too, by process id. */
export interface Servers {
  readonly redis: number;
  readonly postgres: number;
}

/**
 * Processor time of this process and of the servers while `work` runs: what a thing costs, whatever else the machine does
 * meanwhile. Null where the system does not say what other processes use.
 */
export async function cpuOf(servers: Servers, work: () => Promise<unknown>): Promise<CpuTime | null> {
  const others = () => ({ redis: familyTimes(servers.redis), postgres: familyTimes(servers.postgres) });
  let before: ReturnType<typeof others>;
  try {
    before = others();
  } catch {
    return null;
  }
  const begun = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(begun);
  const after = others();
  return {
    node: user + system,
    redis: used(before.redis, after.redis),
    postgres: used(before.postgres, after.postgres),
  };
}
