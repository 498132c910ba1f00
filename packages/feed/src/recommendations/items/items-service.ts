import {
  type Actor,
  accountOf,
  createService,
  type FactsReader,
  type Id,
  type JobHandler,
  type JobWriter,
  parseInput,
  type Runtime,
  type Service,
  timeOfId,
  type UnitOfWork,
} from '@socialkit/core';
import { z } from 'zod';
import { readListPage } from '../../ranking/list-page.js';
import type { ListedItem, RankedList, RankingStores } from '../../ranking/store.js';
import { type Because, MAX_REASONS } from '../../ranking/types.js';
import { breathe } from '../models/breathe.js';
import { createFoldIn, type FoldIn, scoresOf } from '../models/ials.js';
import { type Activation, createLoadedModel, type LoadedModel, storeModel } from '../models/serving.js';
import type { ModelStore } from '../models/store.js';
import { topColumns, trainAndJudge } from '../models/train.js';
import { createListMaker, loadCatalogue, nearestOwn } from './build.js';
import { itemOperations } from './operations.js';
import type { ItemStore } from './store.js';
import {
  catalogueSchema,
  ITEM_DISMISSED_MS,
  ITEMS_IALS,
  ITEMS_PROFILE,
  MAX_OWN_ITEMS,
  MIN_KNOWN,
  type RecommendedItem,
} from './types.js';

/** What recommendations of items are made of. */
export interface ItemsDeps {
  readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
  readonly readers: { readonly facts: Pick<FactsReader, 'relations'> };
  readonly stores: {
    readonly items: ItemStore;
    readonly models: ModelStore;
    readonly ranking: RankingStores;
  };
  readonly runtime: Runtime;
}

/** Items of the host's catalogues: the public operations. */
export type ItemsService = Service<typeof itemOperations>;

/** Recommendations of items, as the wiring uses them. */
export interface Items {
  readonly service: ItemsService;
  /** Trains a catalogue and makes the lists of its users, or of some of them. Null when nobody took anything. */
  rebuild(catalogue: string, userIds?: readonly Id[]): Promise<Activation | null>;
  readonly worker: { readonly queue: string; readonly handle: JobHandler };
  readonly schedule: () => Promise<void>;
}

/** The queue of the batch. */
export const ITEMS_QUEUE = 'discovery.items';
const DAY_MS = 24 * 60 * 60_000;
/** Milliseconds a list is served before it is made anew. */
const LIST_MS = 36 * 60 * 60_000;
const LISTED = 100;
const WRITTEN = 50;

const kindOf = (catalogue: string) => `items.${catalogue}`;
const jobSchema = z.strictObject({ catalogue: catalogueSchema.nullable() });
interface Served {
  active(): Promise<LoadedModel | null>;
  forget(): void;
  readonly foldIns: WeakMap<LoadedModel, FoldIn>;
}

/** Assembles recommendations of items. */
export function createItems(deps: ItemsDeps): Items {
  const { stores, runtime, unitOfWork, readers } = deps;
  const { items, models, ranking } = stores;
  const now = () => runtime.clock.now();
  const served = new Map<string, Served>();
  const modelOf = (catalogue: string): Served => {
    const held = served.get(catalogue) ?? {
      ...createLoadedModel(models, kindOf(catalogue), now),
      foldIns: new WeakMap<LoadedModel, FoldIn>(),
    };
    served.set(catalogue, held);
    return held;
  };

  /** Places a user among the others by what he took; with too little, what is popular. */
  const foldedIn = async (
    catalogue: string,
    userId: Id,
    active: LoadedModel | null,
  ): Promise<readonly ListedItem[]> => {
    const taken = await items.taken(catalogue, userId, MAX_OWN_ITEMS);
    const has = new Set(taken);
    const own = active ? taken.flatMap((item) => active.items.get(item) ?? []) : [];
    if (!active || own.length < MIN_KNOWN) {
      const popular = await items.popular(catalogue, LISTED + taken.length);
      return popular
        .filter(({ item }) => !has.has(item))
        .slice(0, LISTED)
        .map(({ item, users }) => ({ id: item, score: users, because: [{ kind: 'popular' }] }));
    }
    const { foldIns } = modelOf(catalogue);
    const foldIn = foldIns.get(active) ?? createFoldIn(active.model, ITEMS_IALS);
    foldIns.set(active, foldIn);
    const scores = scoresOf(foldIn(own), active.model.items);
    const known = new Set(own);
    return topColumns(scores, LISTED, (column) => known.has(column)).map((column) => {
      const like = nearestOwn(active.model, own, column);
      const because: Because[] =
        like === null ? [] : [{ kind: 'similar_to', subject: active.itemIds[like] as string }];
      return {
        id: active.itemIds[column] as string,
        score: scores[column] as number,
        because: [...because, { kind: 'popular' }],
      };
    });
  };

  const current = async (catalogue: string, userId: Id): Promise<RankedList> => {
    const [own, active, held] = await Promise.all([
      items.mark(catalogue, userId),
      modelOf(catalogue).active(),
      ranking.lists.latest(kindOf(catalogue), userId),
    ]);
    const mark = `${own}:${active?.stored.version ?? '-'}`;
    if (held?.mark === mark && timeOfId(held.snapshot) > now() - LIST_MS) return held;
    const list: RankedList = {
      snapshot: runtime.ids.next(),
      profile: ITEMS_PROFILE.version,
      mark,
      items: await foldedIn(catalogue, userId, active),
    };
    await ranking.lists.put(kindOf(catalogue), [{ userId, list }]);
    return list;
  };

  const list = async (
    actor: Actor,
    { catalogue, limit, cursor }: { catalogue: string; limit: number; cursor?: string | undefined },
  ) => {
    const userId = accountOf(actor);
    const { items: page, nextCursor } = await readListPage<RecommendedItem>({
      kind: kindOf(catalogue),
      userId,
      limit,
      cursor,
      lists: ranking.lists,
      current: () => current(catalogue, userId),
      async show(listed) {
        const ids = listed.map(({ id }) => id);
        const [takers, dismissed, taken] = await Promise.all([
          items.takers(catalogue, ids),
          ranking.dismissals.among(userId, kindOf(catalogue), ids, now()),
          items.taken(catalogue, userId, MAX_OWN_ITEMS),
        ]);
        const has = new Set(taken);
        return listed.flatMap(({ id, score, because }) => {
          const users = takers.get(id) ?? 0;
          if (users === 0 || dismissed.has(id) || has.has(id)) return [];
          const told = because.flatMap((one): Because[] =>
            one.kind === 'popular'
              ? users >= 2
                ? [{ kind: 'popular', count: users }]
                : []
              : has.has(one.subject ?? '')
                ? [one]
                : [],
          );
          return told.length === 0
            ? []
            : [{ id, item: { item: id, score, because: told.slice(0, MAX_REASONS) } }];
        });
      },
    });
    return { items: page, nextCursor };
  };

  const rebuild = async (
    catalogue: string,
    userIds?: readonly Id[],
    yieldNow: () => Promise<void> = breathe,
  ): Promise<Activation | null> => {
    const data = await loadCatalogue(items, catalogue);
    if (data.users.length === 0) return null;
    const kind = kindOf(catalogue);
    const trained = await trainAndJudge(data.matrix, ITEMS_IALS, kind, yieldNow);
    const version = runtime.ids.next();
    const activation = await storeModel(models, { kind, version, ...trained }, data);
    if (!activation.activated) {
      runtime.logger.warn(
        { ...activation },
        'a model of items was worse than the one in use and is not used',
      );
      return activation;
    }
    modelOf(catalogue).forget();
    const make = await createListMaker(data, trained.model, yieldNow);
    const wanted = userIds ?? data.users;
    for (let at = 0; at < wanted.length; at += WRITTEN) {
      const lists = await Promise.all(
        wanted.slice(at, at + WRITTEN).flatMap((userId) => {
          const user = data.userNumber.get(userId);
          return user === undefined ? [] : [listFor(userId, user)];
        }),
      );
      await ranking.lists.put(kind, lists);
      await yieldNow();
    }
    return activation;

    async function listFor(userId: Id, user: number) {
      const friends = (await items.friends(userId)).flatMap((id) => data.userNumber.get(id) ?? []);
      const listed: RankedList = {
        snapshot: runtime.ids.next(),
        profile: ITEMS_PROFILE.version,
        mark: `${data.marks[user]}:${version}`,
        items: make(user, friends),
      };
      return { userId, list: listed };
    }
  };

  const enqueue = (catalogue: string | null, slot: number, runAt?: number) =>
    unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(
        ITEMS_QUEUE,
        { catalogue },
        { key: `${catalogue ?? ''}:${slot}`, ...(runAt === undefined ? {} : { runAt }) },
      ),
    );
  const schedule = async () => {
    const slot = Math.floor(now() / DAY_MS) + 1;
    await enqueue(null, slot, slot * DAY_MS);
  };

  const service = createService(
    itemOperations,
    {
      items: list,
      async dismissItem(actor, { catalogue, item }) {
        const userId = accountOf(actor);
        const held = await ranking.dismissals.among(userId, kindOf(catalogue), [item], now());
        await ranking.dismissals.dismiss(userId, kindOf(catalogue), item, now() + ITEM_DISMISSED_MS);
        return { changed: !held.has(item) };
      },
      async recordInteractions(_actor, { catalogue, interactions }) {
        const known = await readers.facts.relations(
          null,
          interactions.map(({ userId }) => userId),
        );
        const of = interactions.filter(({ userId }) => known.has(userId));
        return { recorded: of.length === 0 ? 0 : await items.record(catalogue, of, now()) };
      },
      withdrawItem: async (_actor, { catalogue, item }) => ({
        removed: await items.withdraw(catalogue, item),
      }),
    },
    runtime,
  );
  return {
    service,
    rebuild: (catalogue, userIds) => rebuild(catalogue, userIds),
    schedule,
    worker: {
      queue: ITEMS_QUEUE,
      async handle([job], { signal }) {
        const { catalogue } = parseInput(jobSchema, job?.payload);
        if (catalogue === null) {
          await schedule();
          const slot = Math.floor(now() / DAY_MS);
          for (const one of await items.catalogues()) await enqueue(one, slot);
          return;
        }
        await rebuild(catalogue, undefined, async () => {
          await breathe();
          signal.throwIfAborted();
        });
      },
    },
  };
}
