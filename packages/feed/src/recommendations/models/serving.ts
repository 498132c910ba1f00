import type { Id } from '@socialkit/core';
import type { FactorModel } from './ials.js';
import type { ModelStore, StoredModel, Vectors } from './store.js';
import { WORSE_BY } from './train.js';

/** Rows of a model in one shard. */
const SHARD_ROWS = 2000;
/** Milliseconds a process may go on with a version after another one came into use. */
const LOOK_EVERY_MS = 60_000;

/** A model in this process. */
export interface LoadedModel {
  readonly stored: StoredModel;
  readonly users: ReadonlyMap<string, number>;
  readonly items: ReadonlyMap<string, number>;
  readonly itemIds: readonly string[];
  readonly model: FactorModel;
}

/** The model of a kind that is in use, loaded when it is first asked for and whenever it changed. */
export function createLoadedModel(
  store: ModelStore,
  kind: string,
  now: () => number,
): { active(): Promise<LoadedModel | null>; forget(): void } {
  let loaded: Promise<LoadedModel | null> = Promise.resolve(null);
  let lookedAt = Number.NEGATIVE_INFINITY;
  const load = async (held: LoadedModel | null): Promise<LoadedModel | null> => {
    const stored = await store.active(kind);
    if (!stored) return null;
    if (held?.stored.version === stored.version) return held;
    const [users, items] = await Promise.all([
      store.vectors(kind, stored.version, 'users'),
      store.vectors(kind, stored.version, 'items'),
    ]);
    const numbered = ({ ids }: Vectors) => new Map(ids.map((id, n) => [id, n] as const));
    const model = { factors: stored.factors, users: users.values, items: items.values };
    return { stored, users: numbered(users), items: numbered(items), itemIds: items.ids, model };
  };
  return {
    active() {
      if (now() >= lookedAt + LOOK_EVERY_MS) {
        lookedAt = now();
        const held = loaded;
        loaded = held.then(load);
        loaded.catch(() => {
          loaded = held;
          lookedAt = Number.NEGATIVE_INFINITY;
        });
      }
      return loaded;
    },
    forget() {
      lookedAt = Number.NEGATIVE_INFINITY;
    },
  };
}

/** What became of a model that was trained. */
export interface Activation {
  readonly version: Id;
  readonly recall: number;
  /** Recall of the version that was in use; null for the first. */
  readonly before: number | null;
  /** False when it found more than 5 % less than the one in use, which then stays. */
  readonly activated: boolean;
}

/** Writes a model shard by shard and puts it into use, unless it is worse than the one that is. */
export async function storeModel(
  store: ModelStore,
  trained: {
    readonly kind: string;
    readonly version: Id;
    readonly model: FactorModel;
    readonly recall: number;
  },
  ids: { readonly users: readonly string[]; readonly items: readonly string[] },
): Promise<Activation> {
  const { kind, version, model, recall } = trained;
  const before = (await store.active(kind))?.recall ?? null;
  if (before !== null && recall < before * (1 - WORSE_BY))
    return { version, recall, before, activated: false };
  for (const side of ['users', 'items'] as const)
    for (let at = 0, shard = 0; at < ids[side].length; at += SHARD_ROWS, shard++)
      await store.putVectors(kind, version, side, shard, {
        ids: ids[side].slice(at, at + SHARD_ROWS),
        values: model[side].subarray(at * model.factors, (at + SHARD_ROWS) * model.factors),
      });
  await store.activate({ kind, version, factors: model.factors, recall });
  return { version, recall, before, activated: true };
}
