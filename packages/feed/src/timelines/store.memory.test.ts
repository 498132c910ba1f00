import { createFakeClock, createIds } from '@socialkit/core';
import { createMemoryTimelines, createTimelineMap } from './store.memory.js';
import { timelineSuite } from './store.suite.js';

timelineSuite('memory', async (options) => {
  const clock = createFakeClock();
  const timelines = createTimelineMap();
  const store = () => createMemoryTimelines({ clock, timelines }, options);
  return {
    a: store(),
    b: store(),
    ids: createIds({ clock, node: 3 }),
    elapse: async (ms) => clock.advance(ms),
    close: async () => {},
  };
});
