import type { Reachability } from './store.js';
import {
  type ChosenState,
  DEVICE_CLASSES,
  type DeviceClass,
  type DevicePresence,
  type DeviceState,
  type ShownState,
} from './types.js';

/** One entry a class, in the best state of any, in the order of {@link DEVICE_CLASSES}. */
export function mergeDevices(devices: Iterable<DevicePresence>): readonly DevicePresence[] {
  const best = new Map<DeviceClass, DeviceState>();
  for (const { device, state } of devices) if (best.get(device) !== 'online') best.set(device, state);
  return DEVICE_CLASSES.flatMap((device) => {
    const state = best.get(device);
    return state === undefined ? [] : [{ device, state }];
  });
}

/** The best state of any device. */
export const reachabilityOf = (devices: readonly DevicePresence[]): Reachability =>
  devices.length === 0 ? 'offline' : devices.some(({ state }) => state === 'online') ? 'online' : 'idle';

/** What others see of an account that chose and has these devices. */
export function shownState(chosen: ChosenState, devices: readonly DevicePresence[]): ShownState {
  const reached = reachabilityOf(devices);
  if (reached === 'offline' || chosen === 'invisible') return 'offline';
  return chosen === 'online' ? reached : chosen;
}
