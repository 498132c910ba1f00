import { viewerOf } from '../kernel/actor.js';
import type { UserStreamReader } from './store.js';
import type { StreamAccess, StreamSource } from './streams.js';

const own: StreamAccess = Object.freeze({ after: 0 });

/** User streams as a source: everybody reads his own, and nobody another's. */
export function createUserStreamSource(streams: UserStreamReader): StreamSource {
  const readable: StreamSource['readable'] = async (actor, ids) => {
    const viewer = viewerOf(actor);
    return viewer !== null && ids.includes(viewer) ? new Map([[viewer, own]]) : new Map();
  };
  return {
    kind: 'user',
    readable,
    readableMany: (asks) => Promise.all(asks.map(({ actor, ids }) => readable(actor, ids))),
    heads: streams.heads,
    after: streams.after,
  };
}
