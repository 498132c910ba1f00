import { withDirectRedis } from '../redis-proxy/direct.js';
import { HINT_FAULTS, type HintFault } from '../redis-proxy/redis-proxy.js';
import type { Crowd, Member } from './crowd.js';
import type { World } from './world.js';

/** What a fault works on. */
export interface Scene {
  readonly world: World;
  readonly crowd: Crowd;
  readonly pick: <T>(values: readonly T[]) => T;
}

/** One kind of fault. */
export interface FaultKind {
  readonly name: string;
  /** How often it is chosen, beside the others. */
  readonly weight: number;
  /**
   * Strikes when a send is in flight and an event undelivered where it hurts. Called at every answer and event.
   * @returns null when this is not the moment; else what there is to wait for until the next fault of this kind
   */
  strike(scene: Scene): { readonly over: Promise<unknown> } | null;
}

/** A send is under way, and somebody has not been told of a message that is committed. */
const isMoment = ({ crowd }: Scene): boolean =>
  crowd.inFlight() > 0 && crowd.members.some((member) => crowd.lags(member));

const struck = (over: Promise<unknown> = Promise.resolve()) => ({ over });

const cut: FaultKind = {
  name: 'socket cut',
  weight: 35,
  strike({ crowd, pick }) {
    if (crowd.inFlight() === 0) return null;
    const behind = crowd.members.filter((member) => crowd.lags(member));
    if (behind.length === 0) return null;
    return pick(behind).sockets.cut() ? struck() : null;
  },
};

const kill: FaultKind = {
  name: 'node SIGKILL',
  weight: 6,
  strike({ world, crowd, pick }) {
    // Somebody has to go on; and a node that comes back is no victim.
    if (world.nodes.some(({ up }) => !up)) return null;
    const on = (url: string) => (member: Member) =>
      member.client.state === 'open' && member.sockets.url === url;
    const hurt = world.nodes.filter(({ url }) => {
      const there = crowd.members.filter(on(url));
      return there.some(({ inFlight }) => inFlight > 0) && there.some((member) => crowd.lags(member));
    });
    if (hurt.length === 0) return null;
    const node = pick(hurt);
    node.kill();
    return struck(node.start().then(() => crowd.goHome()));
  },
};

const flush: FaultKind = {
  name: 'Redis FLUSHALL',
  weight: 8,
  strike(scene) {
    if (!isMoment(scene)) return null;
    return struck(withDirectRedis(scene.world.redis.url, (redis) => redis.flushall()));
  },
};

const restartRedis: FaultKind = {
  name: 'Redis restart',
  weight: 7,
  strike(scene) {
    return isMoment(scene) ? struck(scene.world.redis.restart()) : null;
  },
};

const restartPostgres = (mode: 'fast' | 'immediate'): FaultKind => ({
  name: mode === 'fast' ? 'PostgreSQL restart' : 'PostgreSQL crash',
  weight: 2,
  strike: (scene) => (isMoment(scene) ? struck(scene.world.postgres.restart(mode)) : null),
});

const HINT_NAMES: Record<HintFault, string> = {
  drop: 'hint dropped',
  double: 'hint doubled',
  swap: 'hint swapped',
};

/** Conversation and offset in a message between nodes. */
const EVENT = /conversation:(\d+)\r\n\$\d+\r\nE \S+ \S+ (\d+) /;

/**
 * Harms an event on its way from one node to another: the copies of all subscribers, as the node it comes from has delivered it
 * already. It counts when followers have not been told of it and both nodes have clients.
 */
const hint = (fault: HintFault): FaultKind => {
  let armed = false;
  let hit: string | null = null;
  return {
    name: HINT_NAMES[fault],
    weight: 14,
    strike({ world, crowd }) {
      if (hit !== null) {
        hit = null;
        armed = false;
        return struck();
      }
      if (armed) return null;
      armed = true;
      world.proxy.decide = (_, message) => {
        const found = EVENT.exec(message.toString('latin1', 0, 300));
        if (found === null) return null;
        if (hit === null && (crowd.inFlight() === 0 || !crowd.awaits(found[1]!, Number(found[2]))))
          return null;
        hit ??= `${found[1]} ${found[2]}`;
        return hit === `${found[1]} ${found[2]}` ? fault : null;
      };
      return null;
    },
  };
};

/** Every kind of fault there is. */
export const FAULT_KINDS: readonly FaultKind[] = [
  cut,
  kill,
  flush,
  restartRedis,
  restartPostgres('fast'),
  restartPostgres('immediate'),
  ...HINT_FAULTS.map(hint),
];
