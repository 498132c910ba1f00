import type { Id } from '@socialkit/core';

/** A model that was trained, and how good it was on what was held out. */
export interface StoredModel {
  /** What it is a model of: `people`, `items.books`. */
  readonly kind: string;
  /** Time-ordered. */
  readonly version: Id;
  readonly factors: number;
  /** Recall on interactions that were held out, 0 to 1. */
  readonly recall: number;
}

/** One side of a model. */
export type ModelSide = 'users' | 'items';

/** Vectors and whose they are: `factors` numbers each. */
export interface Vectors {
  readonly ids: readonly string[];
  readonly values: Float32Array;
}

/** Trained models. Of each kind the version in use and the one before it are kept. Single statements. */
export interface ModelStore {
  /** The version in use, or null. */
  active(kind: string): Promise<StoredModel | null>;
  /** Writes a shard of a version that is not in use yet; a second time replaces it. */
  putVectors(kind: string, version: Id, side: ModelSide, shard: number, vectors: Vectors): Promise<void>;
  /** All shards of one side, in order. */
  vectors(kind: string, version: Id, side: ModelSide): Promise<Vectors>;
  /** Puts a version into use in one step: whoever reads finds it or the one before, whole. Removes what is older than those two. */
  activate(model: StoredModel): Promise<void>;
}

/** Shards joined. */
export function joinVectors(shards: readonly Vectors[]): Vectors {
  const values = new Float32Array(shards.reduce((sum, shard) => sum + shard.values.length, 0));
  let at = 0;
  for (const shard of shards) {
    values.set(shard.values, at);
    at += shard.values.length;
  }
  return { ids: shards.flatMap(({ ids }) => ids), values };
}
