import { createPresenceTracker } from '@socialkit/chat';
import { silentLogger, systemClock } from '@socialkit/core';
import { openRedisLink } from '../connection.js';
import { createRedisPresence } from './presence.js';

/** A node in a process of its own: it holds one connection for each of these accounts, until it is killed or told to stop. */
const { endpoint, users, times, clockShiftMs } = JSON.parse(process.argv[2] as string);

const { now } = Date;
Date.now = () => now() + clockShiftMs;

const link = openRedisLink('realtime', endpoint);
const tracker = createPresenceTracker(
  {
    store: createRedisPresence({ link }, times),
    changed: (userIds) => process.send?.({ changed: userIds }),
    seen: async () => {},
    clock: systemClock,
    logger: silentLogger,
  },
  times,
);
for (const userId of users) tracker.connected({ connectionId: `c${userId}`, userId, device: 'web' });
tracker.start();
// Ends by itself when nothing is left to do.
process.once('message', async () => {
  await tracker.close();
  await link.close();
});
