import type { Way } from './wire.js';

/** What the swarm is told. */
export type SwarmOrder =
  | { readonly do: 'open'; readonly way: Way; readonly urls: readonly string[]; readonly count: number }
  /** Counts deliveries from now on. Answered at once, and again when there were so many, or after a while without any. */
  | { readonly do: 'expect'; readonly deliveries: number }
  /** The first so many sockets follow the flooded stream as well; nothing they get counts from then on. */
  | { readonly do: 'flood'; readonly count: number }
  /** The first so many sockets stop reading, or read again. */
  | { readonly do: 'stall'; readonly count: number; readonly on: boolean }
  | { readonly do: 'close' };

/** What the swarm answers. */
export type SwarmAnswer =
  | { readonly open: number }
  | { readonly expecting: number }
  /** Milliseconds from publishing to receiving of one delivery in so many, over sockets that read. */
  | { readonly received: number; readonly ages: readonly number[] }
  | { readonly flooded: number }
  | { readonly stalled: number }
  | { readonly closed: number };
