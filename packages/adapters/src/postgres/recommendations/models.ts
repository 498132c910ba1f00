import { Buffer } from 'node:buffer';
import type { Id } from '@socialkit/core';
import type { ModelStore, StoredModel, Vectors } from '@socialkit/feed';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

const active = defineStatement({
  name: 'rec_models.active',
  params: { kind: 'text' },
  build: (_, { kind }) => sql<StoredModel>`
    SELECT kind, version, factors, recall FROM rec_models WHERE kind = ${kind} AND active
    ORDER BY version DESC LIMIT 1`,
  sample: () => ({ kind: 'people' }),
});

const putModel = defineStatement({
  name: 'rec_models.put',
  params: { kind: 'text', version: 'bigint', factors: 'integer', recall: 'double precision' },
  build: (_, { kind, version, factors, recall }) => sql`
    INSERT INTO rec_models (kind, version, factors, recall, active)
    VALUES (${kind}, ${version}, ${factors}, ${recall}, false)
    ON CONFLICT (kind, version) DO UPDATE SET factors = excluded.factors, recall = excluded.recall`,
  sample: ({ newest }) => ({ kind: 'people', version: newest, factors: 32, recall: 0.5 }),
});

/** One statement: no reader sees two versions in use, or none. */
const use = defineStatement({
  name: 'rec_models.use',
  params: { kind: 'text', version: 'bigint' },
  build: (_, { kind, version }) => sql`
    UPDATE rec_models SET active = (version = ${version}) WHERE kind = ${kind}`,
  sample: ({ newest }) => ({ kind: 'people', version: newest }),
});

const older = (kind: unknown) => sql`(
  SELECT m.version FROM rec_models AS m WHERE m.kind = ${kind} AND NOT m.active
  ORDER BY m.version DESC OFFSET 1
)`;

const trimVectors = defineStatement({
  name: 'rec_vectors.trim',
  params: { kind: 'text' },
  build: (_, { kind }) => sql`
    DELETE FROM rec_vectors AS v WHERE v.kind = ${kind} AND v.version IN ${older(kind)}`,
  sample: () => ({ kind: 'people' }),
});

const trimModels = defineStatement({
  name: 'rec_models.trim',
  params: { kind: 'text' },
  build: (_, { kind }) => sql`
    DELETE FROM rec_models AS r WHERE r.kind = ${kind} AND r.version IN ${older(kind)}`,
  sample: () => ({ kind: 'people' }),
});

const SIDE = { kind: 'text', version: 'bigint', side: 'text' } as const;

const putShard = defineStatement({
  name: 'rec_vectors.put',
  params: { ...SIDE, shard: 'integer', ids: 'text', data: 'text' },
  build: (_, { kind, version, side, shard, ids, data }) => sql`
    INSERT INTO rec_vectors (kind, version, side, shard, ids, data)
    VALUES (${kind}, ${version}, ${side}, ${shard}, ${ids}::json, decode(${data}, 'base64'))
    ON CONFLICT (kind, version, side, shard) DO UPDATE SET ids = excluded.ids, data = excluded.data`,
  sample: ({ newest }) => ({ kind: 'people', version: newest, side: 'users', shard: 0, ids: '[]', data: '' }),
});

const readShard = defineStatement({
  name: 'rec_vectors.read',
  params: { ...SIDE, after: 'integer' },
  build: (_, { kind, version, side, after }) => sql<{
    readonly shard: number;
    readonly ids: string;
    readonly data: string;
  }>`
    SELECT shard, ids::text AS ids, encode(data, 'base64') AS data FROM rec_vectors
    WHERE kind = ${kind} AND version = ${version} AND side = ${side} AND shard > ${after}
    ORDER BY shard LIMIT 1`,
  sample: ({ newest }) => ({ kind: 'people', version: newest, side: 'users', after: -1 }),
});

const bytesOf = (values: Float32Array): string => {
  const bytes = Buffer.alloc(values.length * 4);
  for (let n = 0; n < values.length; n++) bytes.writeFloatLE(values[n] as number, n * 4);
  return bytes.toString('base64');
};

const floatsOf = (data: string): Float32Array => {
  const bytes = Buffer.from(data, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readFloatLE(n * 4));
};

/** Models in PostgreSQL. */
export function createPostgresModels(db: Kysely<Database>): ModelStore {
  return {
    active: async (kind) => (await active.first(db, { kind })) ?? null,
    async putVectors(kind, version, side, shard, { ids, values }) {
      const data = bytesOf(values);
      await putShard.run(db, { kind, version, side, shard, ids: JSON.stringify(ids), data });
    },
    async vectors(kind, version, side) {
      const ids: string[] = [];
      const shards: Float32Array[] = [];
      for (let after = -1; ; ) {
        const row = await readShard.first(db, { kind, version, side, after });
        if (!row) break;
        ids.push(...(JSON.parse(row.ids) as readonly Id[]));
        shards.push(floatsOf(row.data));
        after = row.shard;
      }
      const values = new Float32Array(shards.reduce((sum, { length }) => sum + length, 0));
      let at = 0;
      for (const shard of shards) {
        values.set(shard, at);
        at += shard.length;
      }
      return { ids, values } satisfies Vectors;
    },
    async activate({ kind, version, factors, recall }) {
      await putModel.run(db, { kind, version, factors, recall });
      await use.run(db, { kind, version });
      await trimVectors.run(db, { kind });
      await trimModels.run(db, { kind });
    },
  };
}
