import { createIds, systemClock } from '@socialkit/core';
import { createMemoryPresence } from './store.memory.js';
import { type PresenceHarness, presenceStoreSuite } from './store.suite.js';
import { presenceWorldsSuite } from './worlds.suite.js';

const open = async (): Promise<PresenceHarness> => {
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
};

presenceStoreSuite('memory', open);
presenceWorldsSuite('memory', open);
