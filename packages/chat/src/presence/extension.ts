import type { HubExtension } from '@socialkit/core';
import type { Presence } from './presence-service.js';
import { DEVICE_CLASSES, type DeviceClass } from './types.js';

/** The topic of presence hints: their `s`. */
export const PRESENCE_TOPIC = 'presence';

/** The class of a device by what its client calls itself: `mobile`, `mobile/2.1`, `web (beta)`. */
export function deviceClassOf(client: string | null | undefined): DeviceClass {
  const word = /^[a-z]+/i.exec(client ?? '')?.[0].toLowerCase();
  return DEVICE_CLASSES.find((device) => device === word) ?? 'other';
}

/**
 * Makes presence of the clients of a hub: who is connected is online, and who watches is told. A watching client gets one
 * `presence.snapshot` with everybody it watches as they are, then a `presence.changed` for each change.
 */
export const createPresenceExtension = (
  presence: Pick<Presence, 'tracker' | 'watches' | 'start'>,
): HubExtension => ({
  opened(client) {
    // A process that no client connects to needs no lease.
    presence.start();
    presence.tracker.connected({
      connectionId: client.id,
      userId: client.accountId,
      device: deviceClassOf(client.device),
    });
  },
  closed(client) {
    presence.watches.end(client.id);
    presence.tracker.disconnected(client.id);
  },
  active: (client) => presence.tracker.activity(client.id),
  async watchPresence(client, ids) {
    const items = await presence.watches.watch(client.id, client.actor, ids, ({ userId, state }) =>
      client.hint(PRESENCE_TOPIC, 'presence.changed', { userId, state }, userId),
    );
    if (items.length > 0) client.hint(PRESENCE_TOPIC, 'presence.snapshot', { items });
  },
});
