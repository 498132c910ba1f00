import type { ClientSink } from '@socialkit/core';
import { vi } from 'vitest';
import { acts } from './oracle-writes.js';
import type { PlainPresence } from './plain-world.js';
import type { Move, Player } from './player.js';

/** A client that is not interested. */
const deaf: ClientSink = { event() {}, hint() {}, ended() {}, window: Number.POSITIVE_INFINITY };

function presenceIn({ world }: Player, userId: string): PlainPresence {
  const held = world.presences.find((presence) => presence.userId === userId);
  if (held) return held;
  const made: PlainPresence = {
    userId,
    connected: false,
    state: 'online',
    lastSeen: 'contacts',
    lastSeenAt: null,
  };
  world.presences.push(made);
  return made;
}

/** Somebody connects, and stays. */
const connect: Move = async (player) => {
  const { kit, dice, world, as } = player;
  const { id } = dice.pick(world.accounts);
  if (!acts(world, id) || presenceIn(player, id).connected) return;
  kit.realtime.hub.connect(as(id), deaf, 'web/1.0');
  presenceIn(player, id).connected = true;
  await vi.waitFor(
    async () => {
      const { devices } = await kit.presence.mine(as(id), {});
      if (devices.length === 0) throw new Error(`${id} is not online yet`);
    },
    { timeout: 20_000, interval: 5 },
  );
};

const choose: Move = async (player) => {
  const { kit, dice, world, as, attempt, judge } = player;
  const { id } = dice.pick(world.accounts);
  const state = dice.pick(['online', 'idle', 'dnd', 'invisible'] as const);
  const lastSeen = dice.pick(['everyone', 'contacts', 'nobody'] as const);
  const choice = dice.chance(0.3) ? { lastSeen } : dice.chance(0.3) ? { state, lastSeen } : { state };
  const said = await attempt('choosePresence', () => kit.presence.choose(as(id), choice));
  judge('choosePresence', said, acts(world, id), { id, ...choice });
  if (said === null) return;
  const presence = presenceIn(player, id);
  if (presence.connected && 'state' in choice && state === 'invisible' && presence.state !== 'invisible')
    presence.lastSeenAt = world.now;
  Object.assign(presence, choice);
};

export const presenceMoves: readonly (readonly [Move, number])[] = [
  [connect, 3],
  [choose, 4],
];
