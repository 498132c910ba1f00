import { openMemoryGround } from './sample-ground.js';
import { createMemoryTimelines } from './store.memory.js';
import { type FeedVariant, feedWorldsSuite } from './worlds.suite.js';

const open = async () => openMemoryGround({ keep: 8, slack: 3 });
const small = { timelineLength: 8, outboxDepth: 4, maxMerged: 3 } as const;

/** Timelines that can be lost. */
const losing = (options: FeedVariant['options'], name: string): FeedVariant => {
  const all = new WeakMap<object, Map<string, never>>();
  return {
    name,
    open,
    options: { ...small, ...options },
    over: async (ground) => {
      const timelines = new Map<string, never>();
      all.set(ground, timelines);
      return { timelines: createMemoryTimelines({ clock: ground.clock, timelines }, { keep: 8, slack: 3 }) };
    },
    flush: async (ground) => all.get(ground)?.clear(),
  };
};

feedWorldsSuite(losing({ rule: 'default' }, 'by decision, short timelines'), 80);
feedWorldsSuite(losing({ rule: 'push' }, 'all pushed, short timelines'), 60);
feedWorldsSuite(losing({ rule: 'pull' }, 'all pulled, short outboxes'), 60);
feedWorldsSuite(
  { name: 'from the rows, without timelines', open, over: async () => ({ timelines: null }) },
  40,
);
feedWorldsSuite({ name: 'by decision, as it comes', open: async () => openMemoryGround() }, 40);
