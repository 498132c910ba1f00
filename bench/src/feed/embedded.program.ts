import { createSocialKit } from '@socialkit/adapters';

/** Starts everything embedded, rests, and tells over the channel to its parent how long that took and what it holds. */
const begin = performance.now();
const kit = await createSocialKit();
const startMs = performance.now() - begin;
await kit.idle();
await new Promise((resolve) => setTimeout(resolve, 1000));
process.send?.({ startMs, sinceLaunchMs: performance.now() - 1000, rss: process.memoryUsage().rss });
await kit.close();
