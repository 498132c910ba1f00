import { randomUUID } from 'node:crypto';
import {
  type Clock,
  createIds,
  type Ids,
  type Logger,
  MAX_NODE,
  SocialError,
  silentLogger,
} from '@socialkit/core';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';

/** Milliseconds a node number stays taken after its holder was last heard of. */
export const NODE_LEASE_MS = 5 * 60_000;
/** Milliseconds between two renewals. */
export const NODE_RENEWAL_MS = 30_000;
/** Milliseconds ids go on after the clock has jumped past the lease, while the database is asked whose the number is. */
export const NODE_DOUBT_MS = 5000;
/** The time a process has been up, which no change of the machine's clock moves. */
const processUptime: Clock = { now: () => performance.now() };

/** A node number that no other live process has. */
export interface NodeLease {
  readonly node: number;
  /**
   * False once the lease ran out without a renewal: ids made from then on could collide. A clock that jumps past the end of a
   * lease that was renewed a moment ago does not end it: then it is renewed at once, and counts as held meanwhile.
   */
  held(): boolean;
  /** Renews now; called by itself every {@link NODE_RENEWAL_MS}. @returns false when another process has the number */
  renew(): Promise<boolean>;
  /** Gives the number back. Idempotent. */
  release(): Promise<void>;
}

/**
 * Leases a node number for the ids of this process: the one longest unused, so that a number comes back long after its last
 * id, or `node` itself.
 *
 * Leases are compared by the clocks of the processes: they may differ by up to {@link NODE_LEASE_MS} less the renewal interval.
 *
 * @throws node.taken (conflict) when a live process holds `node`, node.exhausted (unavailable) when all 1024 are held
 */
export async function leaseNode(
  deps: {
    readonly db: Kysely<Database>;
    readonly clock: Clock;
    readonly logger?: Logger;
    /** Milliseconds that pass as they do, whatever happens to `clock`. @default since the process began */
    readonly uptime?: Clock;
  },
  options: { readonly node?: number; readonly renewEveryMs?: number } = {},
): Promise<NodeLease> {
  const { db, clock, uptime = processUptime } = deps;
  const logger = deps.logger ?? silentLogger;
  const token = randomUUID();

  const acquire = async (): Promise<number | undefined> => {
    const now = clock.now();
    const candidate =
      options.node === undefined
        ? sql`SELECT n FROM generate_series(0, ${sql.lit(MAX_NODE)}) AS n
              LEFT JOIN nodes ON nodes.node = n
              WHERE nodes.node IS NULL OR nodes.leased_until <= ${now}::bigint
              ORDER BY nodes.leased_until NULLS FIRST, n LIMIT 1`
        : sql`SELECT ${options.node}::integer AS n`;
    const { rows } = await sql<{ node: number }>`
      INSERT INTO nodes (node, token, leased_until)
      SELECT n, ${token}, ${now + NODE_LEASE_MS}::bigint FROM (${candidate}) AS candidate
      ON CONFLICT (node) DO UPDATE SET token = excluded.token, leased_until = excluded.leased_until
      WHERE nodes.leased_until <= ${now}::bigint
      RETURNING node`.execute(db);
    return rows[0]?.node;
  };

  let node = await acquire();
  // Others who start at the same moment take the same candidate; one of them gets it.
  for (let round = 0; node === undefined && options.node === undefined && round < 20; round++)
    node = await acquire();
  if (node === undefined)
    throw options.node === undefined
      ? new SocialError('unavailable', 'node.exhausted', 'all 1024 node numbers are held by live processes')
      : new SocialError(
          'conflict',
          'node.taken',
          `node ${options.node} is held by a live process; it is free ${NODE_LEASE_MS / 60_000} minutes after that one ends abruptly`,
        );

  const held = node;
  let until = clock.now() + NODE_LEASE_MS;
  let renewedAt = uptime.now();
  let doubtedAt: number | undefined;
  let released = false;
  const renew = async (): Promise<boolean> => {
    const at = uptime.now();
    const next = clock.now() + NODE_LEASE_MS;
    const { numUpdatedRows } = await db
      .updateTable('nodes')
      .set({ leased_until: String(next) })
      .where('node', '=', held)
      .where('token', '=', token)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) {
      until = 0;
      renewedAt = Number.NEGATIVE_INFINITY;
      return false;
    }
    until = next;
    renewedAt = at;
    doubtedAt = undefined;
    return true;
  };
  const keep = () => {
    renew().then(
      (ours) => {
        if (!ours) logger.error({ node: held }, 'the node number was taken by another process');
      },
      (error) => logger.warn({ err: error, node: held }, 'renewing the node number failed, will try again'),
    );
  };
  const timer = setInterval(keep, options.renewEveryMs ?? NODE_RENEWAL_MS);
  timer.unref();

  const isHeld = (): boolean => {
    if (released) return false;
    if (clock.now() < until) return true;
    if (uptime.now() - renewedAt > 2 * NODE_RENEWAL_MS) return false;
    if (doubtedAt === undefined) {
      doubtedAt = uptime.now();
      keep();
    }
    return uptime.now() - doubtedAt < NODE_DOUBT_MS;
  };

  return {
    node: held,
    held: isHeld,
    renew,
    async release() {
      if (released) return;
      released = true;
      clearInterval(timer);
      await db
        .updateTable('nodes')
        .set({ leased_until: String(clock.now()) })
        .where('node', '=', held)
        .where('token', '=', token)
        .execute();
    },
  };
}

/**
 * Ids with the leased node number. They stop when the lease is lost, rather than perhaps being another process's too, and go
 * on when it is renewed.
 *
 * @throws (from `next`) node.lost (unavailable)
 */
export function createLeasedIds(deps: { readonly lease: NodeLease; readonly clock: Clock }): Ids {
  const { lease, clock } = deps;
  const ids = createIds({ clock, node: lease.node });
  return {
    next() {
      if (!lease.held())
        throw new SocialError(
          'unavailable',
          'node.lost',
          'the node number of this process was not renewed in time',
        );
      return ids.next();
    },
  };
}
