import { createRedisPresence, openRedisLink } from '@socialkit/adapters/redis';
import { createPresenceTracker } from '@socialkit/chat';
import { silentLogger, systemClock } from '@socialkit/core';

/** A node that holds one connection for each of its accounts, with the default times. */
const { url, userIds } = JSON.parse(process.argv[2] as string) as { url: string; userIds: string[] };

const link = openRedisLink('realtime', { url, deadlineMs: 5000 });
const tracker = createPresenceTracker({
  store: createRedisPresence({ link }),
  changed: () => {},
  seen: async () => {},
  clock: systemClock,
  logger: silentLogger,
});
for (const userId of userIds) tracker.connected({ connectionId: userId, userId, device: 'web' });
tracker.start();
