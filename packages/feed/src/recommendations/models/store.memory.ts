import { compareIds, type Id, keyOf, type MemorySession, type MemoryTables } from '@socialkit/core';
import { joinVectors, type ModelSide, type ModelStore, type StoredModel, type Vectors } from './store.js';

/** Versions of a kind that stay. */
const KEPT = 2;

interface ModelRow extends StoredModel {
  readonly active: boolean;
}
interface ShardRow {
  readonly kind: string;
  readonly version: Id;
  readonly side: ModelSide;
  readonly shard: number;
  readonly vectors: Vectors;
}

const models = (tables: MemoryTables) => tables.table<ModelRow>('rec_models');
const shards = (tables: MemoryTables) => tables.table<ShardRow>('rec_vectors');

/** The reference {@link ModelStore}. */
export function createMemoryModels(session: MemorySession): ModelStore {
  return {
    active: (kind) =>
      session.run((tables) => {
        const found = [...models(tables).rows()].find((row) => row.kind === kind && row.active);
        if (!found) return null;
        const { active: _, ...model } = found;
        return model;
      }),
    putVectors: (kind, version, side, shard, vectors) =>
      session.run((tables) =>
        shards(tables).put(keyOf(kind, version, side, shard), { kind, version, side, shard, vectors }),
      ),
    vectors: (kind, version, side) =>
      session.run((tables) =>
        joinVectors(
          [...shards(tables).rows()]
            .filter((row) => row.kind === kind && row.version === version && row.side === side)
            .sort((a, b) => a.shard - b.shard)
            .map(({ vectors }) => vectors),
        ),
      ),
    activate: (model) =>
      session.run((tables) => {
        models(tables).put(keyOf(model.kind, model.version), { ...model, active: true });
        const all = [...models(tables).rows()]
          .filter(({ kind }) => kind === model.kind)
          .sort((a, b) => compareIds(b.version, a.version));
        const kept = new Set(
          all
            .slice(0, KEPT)
            .map(({ version }) => version)
            .concat(model.version),
        );
        for (const row of all)
          if (!kept.has(row.version)) models(tables).remove(keyOf(row.kind, row.version));
          else if (row.active && row.version !== model.version)
            models(tables).put(keyOf(row.kind, row.version), { ...row, active: false });
        for (const { kind, version, side, shard } of [...shards(tables).rows()])
          if (kind === model.kind && !kept.has(version))
            shards(tables).remove(keyOf(kind, version, side, shard));
      }),
  };
}
