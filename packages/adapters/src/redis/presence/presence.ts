import { randomBytes } from 'node:crypto';
import {
  DEVICE_CLASSES,
  DEVICE_STATES,
  type DeviceClass,
  type DevicePresence,
  type DeviceState,
  mergeDevices,
  PRESENCE_PARTITIONS,
  type PresenceEntry,
  type PresenceStore,
  type PresenceTimes,
  type PresenceTransition,
  presencePartition,
  type Reachability,
  resolvePresenceTimes,
} from '@socialkit/chat';
import type { Id } from '@socialkit/core';
import type { RedisLink } from '../connection.js';
import { createPresenceKeys } from './keys.js';
import { createLiveNodes } from './live-nodes.js';
import { END, FORGET, LEASE, MEMBERS, PUT, REFRESH, TAKE } from './scripts.js';

/** Accounts of one script call: a longer call would make others wait. */
const CHUNK = 100;
/** Keys live for this many lapses of an entry without being extended: what a crash left without an index goes then. */
const KEY_LAPSES = 144;
/** Refreshes of a partition between two extensions of its keys. */
const EXTEND_EVERY = 50;
const REAPER_MS = 10_000;

const INCARNATION = /^[0-9a-f]{16}$/;
const REACHED: Readonly<Record<string, Reachability>> = { o: 'online', i: 'idle', n: 'offline' };

const encode = (devices: readonly DevicePresence[]): string =>
  mergeDevices(devices)
    .map(({ device, state }) => `${DEVICE_CLASSES.indexOf(device)}${DEVICE_STATES.indexOf(state)}`)
    .join('');
const decode = (member: string): DevicePresence => ({
  device: DEVICE_CLASSES[Number(member[16])] as DeviceClass,
  state: DEVICE_STATES[Number(member[17])] as DeviceState,
});

const chunks = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, i) => items.slice(i * CHUNK, (i + 1) * CHUNK));

/** Items by the partition of their account, in chunks. */
function parts<T>(items: readonly T[], userOf: (item: T) => Id): { partition: number; items: T[] }[] {
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const partition = presencePartition(userOf(item));
    const group = groups.get(partition);
    if (group) group.push(item);
    else groups.set(partition, [item]);
  }
  return [...groups].flatMap(([partition, group]) =>
    chunks(group).map((chunk) => ({ partition, items: chunk })),
  );
}

/**
 * Presence in Redis 7.0 or newer, on one node or a Cluster. Closing it leaves the link open.
 *
 * @param times the same in all processes of a platform
 */
export function createRedisPresence(
  deps: { readonly link: RedisLink },
  times: PresenceTimes = {},
): PresenceStore {
  const { link } = deps;
  const { leaseMs, renewMs, entryMs } = resolvePresenceTimes(times);
  const keys = createPresenceKeys(link);
  const nodes = createLiveNodes({ link, keys }, { renewMs });
  const token = randomBytes(8).toString('hex');
  const keyMs = entryMs * KEY_LAPSES;
  /** Interruptions each incarnation of this process has been told of. */
  const interruptions = new Map<string, number>();
  const refreshes = new Map<number, number>();

  const lease = async (incarnation: string, begin: boolean) => {
    if (!INCARNATION.test(incarnation)) throw new TypeError('an incarnation is 16 hexadecimal digits');
    const answer = await LEASE.run(link, [keys.leases, keys.clock], [incarnation, leaseMs, begin ? 1 : 0]);
    const [held, count, live, dead] = answer as [number, number, string[], (string | number)[]];
    nodes.learn(live);
    const before = interruptions.get(incarnation);
    if (held === 1) interruptions.set(incarnation, count);
    else interruptions.delete(incarnation);
    return { held: held === 1, interrupted: held === 1 && before !== undefined && before !== count, dead };
  };

  /** One script call; accounts with an incarnation that is not known are asked again when it is. */
  const putPart = async (
    { partition, items }: { readonly partition: number; readonly items: readonly PresenceEntry[] },
    incarnation: string,
    replaces: string | undefined,
    live: ReadonlySet<string>,
    certain: boolean,
  ): Promise<readonly PresenceTransition[]> => {
    const index = keys.index(partition, incarnation);
    const answers = (await PUT.run(
      link,
      [
        index,
        replaces === undefined ? index : keys.index(partition, replaces),
        ...items.map(({ userId }) => keys.user(userId)),
      ],
      [
        incarnation,
        replaces ?? '',
        entryMs,
        keyMs,
        certain ? 1 : 0,
        [...live].join(),
        ...items.flatMap(({ userId, devices }) => [userId, encode(devices)]),
      ],
    )) as string[];
    const again = items.filter((_, i) => answers[i] === 'U');
    const transitions = items.flatMap(({ userId }, i): PresenceTransition[] => {
      const answer = answers[i] as string;
      if (answer === 'U' || answer[0] === answer[1]) return [];
      return [
        {
          userId,
          from: REACHED[answer[0] as string] as Reachability,
          to: REACHED[answer[1] as string] as Reachability,
        },
      ];
    });
    if (again.length === 0) return transitions;
    const part = { partition, items: again };
    return [...transitions, ...(await putPart(part, incarnation, replaces, await nodes.fresh(), true))];
  };
  const put = async (incarnation: string, entries: readonly PresenceEntry[], replaces?: string) => {
    if (entries.length === 0) return [];
    const live = await nodes.current();
    const done = await Promise.all(
      parts(entries, ({ userId }) => userId).map((part) => putPart(part, incarnation, replaces, live, false)),
    );
    return done.flat();
  };

  const membersOf = async (
    userIds: readonly Id[],
  ): Promise<readonly (readonly [Id, readonly string[]])[]> => {
    const groups = link.checkSlots
      ? parts(userIds, (userId) => userId).map(({ items }) => items)
      : chunks(userIds);
    const answers = await Promise.all(
      groups.map((group) => MEMBERS.run(link, group.map(keys.user), []) as Promise<string[][]>),
    );
    return groups.flatMap((group, g) => group.map((userId, i) => [userId, answers[g]?.[i] ?? []] as const));
  };

  /** The accounts a dead node left in each partition, a part of each. */
  const remains = (incarnation: string): Promise<readonly (readonly Id[])[]> =>
    link.run((client) =>
      Promise.all(
        Array.from({ length: PRESENCE_PARTITIONS }, (_, partition) =>
          client.srandmember(keys.index(partition, incarnation), CHUNK),
        ),
      ),
    );

  return {
    async begin(incarnation) {
      await lease(incarnation, true);
    },
    async renew(incarnation) {
      const { held, interrupted, dead } = await lease(incarnation, false);
      return {
        held,
        interrupted,
        dead: Array.from({ length: dead.length / 2 }, (_, i) => ({
          incarnation: String(dead[i * 2]),
          lastRenewedAgoMs: Number(dead[i * 2 + 1]),
        })),
      };
    },
    put,
    async refresh(incarnation, entries) {
      const done = await Promise.all(
        parts(entries, ({ userId }) => userId).map(async ({ partition, items }) => {
          const round = refreshes.get(partition) ?? 0;
          refreshes.set(partition, round + 1);
          const missing = (await REFRESH.run(
            link,
            [keys.index(partition, incarnation), ...items.map(({ userId }) => keys.user(userId))],
            [
              incarnation,
              entryMs,
              (round + 1) % EXTEND_EVERY === 0 ? keyMs : 0,
              ...items.map(({ devices }) => encode(devices)),
            ],
          )) as number[];
          return missing.map((place) => (items[place - 1] as PresenceEntry).userId);
        }),
      );
      return done.flat();
    },
    async devices(userIds) {
      if (userIds.length === 0) return new Map();
      const [members, current] = await Promise.all([membersOf([...new Set(userIds)]), nodes.current()]);
      const unknown = new Set<string>();
      for (const [, entries] of members)
        for (const entry of entries) {
          const incarnation = entry.slice(0, 16);
          if (!current.has(incarnation) && !nodes.isDead(incarnation)) unknown.add(incarnation);
        }
      const live = unknown.size > 0 ? await nodes.fresh() : current;
      nodes.bury([...unknown].filter((incarnation) => !live.has(incarnation)));
      return new Map(
        members.flatMap(([userId, entries]) => {
          const devices = mergeDevices(entries.filter((entry) => live.has(entry.slice(0, 16))).map(decode));
          return devices.length === 0 ? [] : [[userId, devices] as const];
        }),
      );
    },
    async end(incarnation) {
      await END.run(link, [keys.leases], [incarnation]);
      interruptions.delete(incarnation);
      await nodes.fresh();
    },
    async reap(incarnation) {
      const taken = await TAKE.run(link, [keys.leases, keys.reaper], [incarnation, token, REAPER_MS]);
      if (taken === 2) return { transitions: [], done: true };
      if (taken === 0) return null;
      const left = await remains(incarnation);
      const gone = left.flat().map((userId) => ({ userId, devices: [] }));
      const transitions = await put(incarnation, gone, incarnation);
      const done = left.every((users) => users.length < CHUNK);
      if (done) await FORGET.run(link, [keys.leases, keys.clock, keys.reaper], [incarnation, token]);
      return { transitions, done };
    },
    async close() {
      interruptions.clear();
      refreshes.clear();
    },
  };
}
