import { type Id, isSocialError } from '@socialkit/core';
import { mergeDevices } from './merge.js';
import type { PresenceStore } from './store.js';
import type { DevicePresence } from './types.js';

/**
 * Who is connected, as far as it can be known: what is connected to this process, and what the store says of all others. While
 * the store does not answer, or has lost everything and is not filled again yet, accounts of other processes look offline: less
 * is shown, never more, and calls that rest on it go on.
 *
 * @param here what this process says about an account
 */
export const knownDevices = (
  store: Pick<PresenceStore, 'devices'>,
  here: (userId: Id) => readonly DevicePresence[],
): Pick<PresenceStore, 'devices'> => ({
  async devices(userIds) {
    const known = new Map(await ofAll(store, userIds));
    for (const userId of userIds) {
      const own = here(userId);
      if (own.length > 0) known.set(userId, mergeDevices([...(known.get(userId) ?? []), ...own]));
    }
    return known;
  },
});

const ofAll = async (store: Pick<PresenceStore, 'devices'>, userIds: readonly Id[]) => {
  try {
    return await store.devices(userIds);
  } catch (error) {
    if (isSocialError(error) && error.category === 'unavailable') return [];
    throw error;
  }
};
