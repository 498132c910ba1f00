import { createHash } from 'node:crypto';
import type { Id } from '@socialkit/core';
import type { PostContext } from './context.js';

/** Dimensions hashtags are hashed into. */
const DIMENSIONS = 64;

const places = new Map<string, number>();
const MAX_PLACES = 50_000;

const placeOf = (tag: string): number => {
  let place = places.get(tag);
  if (place === undefined) {
    place = createHash('sha256').update(tag).digest().readUInt32BE(0) % DIMENSIONS;
    if (places.size >= MAX_PLACES) places.clear();
    places.set(tag, place);
  }
  return place;
};

/** What posts are about, as vectors: their hashtags, hashed. Posts without any have none. */
export async function tagVectors(
  context: PostContext,
  ids: readonly Id[],
): Promise<ReadonlyMap<Id, Float32Array>> {
  const signals = await context.signals(ids);
  const vectors = new Map<Id, Float32Array>();
  for (const id of ids) {
    const tags = signals.get(id)?.tags ?? [];
    if (tags.length === 0) continue;
    const vector = new Float32Array(DIMENSIONS);
    for (const tag of tags) {
      const place = placeOf(tag);
      vector[place] = (vector[place] ?? 0) + 1;
    }
    vectors.set(id, vector);
  }
  return vectors;
}
