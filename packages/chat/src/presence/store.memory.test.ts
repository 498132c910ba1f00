import { createIds, systemClock } from '@socialkit/core';
import { createMemoryPresence } from './store.memory.js';
import { presenceStoreSuite } from './store.suite.js';

presenceStoreSuite('memory', async () => {
  let now = 10 * 3_600_000;
  const store = createMemoryPresence({ now: () => now });
  return {
    a: store,
    b: store,
    ids: createIds({ clock: systemClock, node: 3 }),
    elapse: async (ms) => {
      now += ms;
    },
    size: async () => store.size(),
    close: () => store.close(),
  };
});
