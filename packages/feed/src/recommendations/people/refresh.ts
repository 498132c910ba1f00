import {
  type Id,
  idSchema,
  type JobHandler,
  type JobWriter,
  parseInput,
  type Runtime,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import { blend } from '../../ranking/blend.js';
import { MAX_LIST, type OwnedList, type RankingStores } from '../../ranking/store.js';
import type { Found } from '../../ranking/types.js';
import { breathe } from '../models/breathe.js';
import { type IalsOptions, scoresOf } from '../models/ials.js';
import { createMatrix, type Entry } from '../models/matrix.js';
import { type Activation, type LoadedModel, storeModel } from '../models/serving.js';
import type { ModelStore } from '../models/store.js';
import { topColumns, trainAndJudge } from '../models/train.js';
import { createBatchNeighbourhoods, reciprocityOf } from './batch.js';
import { type BatchGraph, loadGraph } from './graph.js';
import { peopleMark } from './mark.js';
import { neighbourhoodSources } from './rank.js';
import type { GraphExport } from './store.js';
import { PEOPLE, PEOPLE_PER_WAY, PEOPLE_PROFILE } from './types.js';

/** The queue of the batch. */
export const PEOPLE_QUEUE = 'discovery.people';
/** Users whose lists one job makes. */
const SHARD_USERS = 1000;
/** Lists written by one statement. */
const WRITTEN = 50;
const DAY_MS = 24 * 60 * 60_000;
/** Milliseconds a loaded graph serves the shards of one batch. */
const GRAPH_MS = 30 * 60_000;

/** How factors of the follow graph are trained. */
export const PEOPLE_IALS: IalsOptions = Object.freeze({
  factors: 64,
  unobserved: 0.1,
  regularisation: 0.01,
  sweeps: 8,
});

/** What batches of people work with. */
export interface RefreshDeps {
  readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
  readonly graphExport: GraphExport;
  readonly models: ModelStore;
  readonly lists: RankingStores['lists'];
  readonly loaded: { active(): Promise<LoadedModel | null>; forget(): void };
  readonly runtime: Runtime;
}

/** Batches of people. */
export interface PeopleRefresh {
  /** Trains the factors of the follow graph and puts them into use unless they are worse than those in use. */
  train(): Promise<Activation | null>;
  /** Makes the lists of these users from the graph in memory. @returns how many were written */
  refresh(userIds: readonly Id[]): Promise<number>;
  readonly worker: { readonly queue: string; readonly handle: JobHandler };
  /** Plans the next batch; any number of processes may call it. */
  readonly schedule: () => Promise<void>;
}

const payloadSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('train') }),
  z.strictObject({ step: z.literal('lists'), slot: z.int(), after: idSchema.nullable() }),
]);

/** Assembles the batch: factors, then the lists of everybody who follows somebody, in shards that resume where they were. */
export function createPeopleRefresh(deps: RefreshDeps): PeopleRefresh {
  const { unitOfWork, graphExport, models, lists, loaded, runtime } = deps;
  let held: { readonly graph: Promise<BatchGraph>; readonly at: number } | undefined;
  const graphNow = (fresh: boolean): Promise<BatchGraph> => {
    const now = runtime.clock.now();
    if (!fresh && held && now < held.at + GRAPH_MS) return held.graph;
    const graph = loadGraph(graphExport);
    held = { graph, at: now };
    graph.catch(() => {
      held = undefined;
    });
    return graph;
  };

  const train = async (yieldNow: () => Promise<void> = breathe): Promise<Activation | null> => {
    const graph = await graphNow(true);
    const { ids, outStarts, out } = graph;
    if (out.length === 0) return null;
    const entries = function* (): Generator<Entry> {
      for (let row = 0; row < ids.length; row++)
        for (let at = outStarts[row] as number; at < (outStarts[row + 1] as number); at++)
          yield [row, out[at] as number, 1];
    };
    const matrix = createMatrix(ids.length, ids.length, entries());
    const trained = await trainAndJudge(matrix, PEOPLE_IALS, PEOPLE, yieldNow);
    const version = runtime.ids.next();
    const activation = await storeModel(
      models,
      { kind: PEOPLE, version, ...trained },
      { users: ids, items: ids },
    );
    if (!activation.activated)
      runtime.logger.warn(
        { ...activation },
        'a model of people was worse than the one in use and is not used',
      );
    loaded.forget();
    return activation;
  };

  const listsOf = async (graph: BatchGraph, users: readonly number[], check: () => void): Promise<number> => {
    const model = await loaded.active();
    const neighbourhood = createBatchNeighbourhoods(graph);
    const g = reciprocityOf(graph);
    const factorsOf = (user: number): readonly Found[] => {
      const row = model?.users.get(graph.ids[user] as Id);
      if (!model || row === undefined) return [];
      const { factors, users: vectors, items } = model.model;
      const scores = scoresOf(vectors.subarray(row * factors, (row + 1) * factors), items);
      const own = new Set(graph.out.subarray(graph.outStarts[user], graph.outStarts[user + 1]));
      const numberOf = (column: number) => graph.numberOf.get(model.itemIds[column] as Id) ?? user;
      return topColumns(scores, PEOPLE_PER_WAY, (column) => {
        const n = numberOf(column);
        return n === user || own.has(n) || graph.suggested[n] === 0;
      }).map((column) => ({ id: model.itemIds[column] as Id, raw: scores[column] as number, because: [] }));
    };
    let written: OwnedList[] = [];
    let count = 0;
    const flush = async () => {
      await lists.put(PEOPLE, written);
      count += written.length;
      written = [];
      await breathe();
      check();
    };
    for (const user of users) {
      const found = new Map(neighbourhoodSources(neighbourhood(user), g));
      found.set('factors', factorsOf(user));
      const items = blend(found, PEOPLE_PROFILE).slice(0, MAX_LIST);
      const mark = peopleMark(graph.marks.get(user) ?? '0:0', model?.stored.version ?? null);
      written.push({
        userId: graph.ids[user] as Id,
        list: {
          snapshot: runtime.ids.next(),
          profile: PEOPLE_PROFILE.version,
          mark,
          items: items.map(({ id, score, because }) => ({ id, score, because: because.slice(0, 3) })),
        },
      });
      if (written.length === WRITTEN) await flush();
    }
    await flush();
    return count;
  };

  const enqueue = (payload: z.input<typeof payloadSchema>, key: string, runAt?: number) =>
    unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(PEOPLE_QUEUE, payload, { key, ...(runAt === undefined ? {} : { runAt }) }),
    );
  const schedule = async () => {
    const slot = Math.floor(runtime.clock.now() / DAY_MS) + 1;
    await enqueue({ step: 'train' }, `train:${slot}`, slot * DAY_MS);
  };

  return {
    train: () => train(),
    async refresh(userIds) {
      const graph = await graphNow(false);
      return listsOf(
        graph,
        userIds.flatMap((id) => graph.numberOf.get(id) ?? []),
        () => {},
      );
    },
    schedule,
    worker: {
      queue: PEOPLE_QUEUE,
      async handle([job], { signal }) {
        const payload = parseInput(payloadSchema, job?.payload);
        if (payload.step === 'train') {
          await schedule();
          await train(async () => {
            await breathe();
            signal.throwIfAborted();
          });
          const slot = Math.floor(runtime.clock.now() / DAY_MS);
          await enqueue({ step: 'lists', slot, after: null }, `lists:${slot}:0`);
          return;
        }
        const graph = await graphNow(false);
        const first = payload.after === null ? 0 : lowerBound(graph.ids, payload.after);
        const last = Math.min(graph.ids.length, first + SHARD_USERS);
        const users = Array.from({ length: last - first }, (_, n) => first + n).filter((n) =>
          graph.marks.has(n),
        );
        await listsOf(graph, users, () => signal.throwIfAborted());
        const after = graph.ids[last - 1];
        if (last < graph.ids.length && after !== undefined)
          await enqueue({ step: 'lists', slot: payload.slot, after }, `lists:${payload.slot}:${after}`);
      },
    },
  };
}

/** The number of the first account behind `after`. */
function lowerBound(ids: readonly Id[], after: Id): number {
  const wanted = BigInt(after);
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (BigInt(ids[middle] as Id) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
