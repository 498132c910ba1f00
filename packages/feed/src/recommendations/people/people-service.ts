import {
  type Actor,
  accountOf,
  type CoreReaders,
  canViewConnections,
  createService,
  forbidden,
  type Id,
  type JobWriter,
  type Relationship,
  type Runtime,
  requireAccount,
  type Service,
  timeOfId,
  type UnitOfWork,
} from '@socialkit/core';
import type { z } from 'zod';
import { assignProfile } from '../../ranking/experiments.js';
import { readListPage } from '../../ranking/list-page.js';
import { MAX_LIST, type RankedList, type RankingStores } from '../../ranking/store.js';
import type { Because } from '../../ranking/types.js';
import { scoresOf } from '../models/ials.js';
import { createLoadedModel } from '../models/serving.js';
import type { ModelStore } from '../models/store.js';
import { topColumns } from '../models/train.js';
import { createPeopleContext, createPeopleEngine, type PeopleFactors } from './engine.js';
import { peopleMark } from './mark.js';
import { peopleOperations } from './operations.js';
import { createPeopleRefresh, type PeopleRefresh } from './refresh.js';
import { remembered } from './remembered.js';
import type { PeopleStores } from './store.js';
import {
  DISMISSED_MS,
  PEOPLE,
  PEOPLE_LIST_MS,
  PEOPLE_PER_WAY,
  PEOPLE_PROFILE,
  type Suggestion,
  type similarInput,
} from './types.js';

/** What people to follow are made of. */
export interface PeopleDeps {
  readonly unitOfWork: UnitOfWork<{ readonly jobs: JobWriter }>;
  readonly readers: Pick<CoreReaders, 'facts' | 'accounts' | 'follows' | 'relationships'>;
  readonly stores: PeopleStores & { readonly ranking: RankingStores; readonly models: ModelStore };
  readonly runtime: Runtime;
}

/** How people to follow are found. */
export interface PeopleOptions {
  /** Milliseconds all sources of one list have together; late ones are left out, and asked again by the next visit. @default 150 */
  readonly deadlineMs?: number;
}

/** People to follow: the public operations. */
export type PeopleService = Service<typeof peopleOperations>;

/** People to follow, as the wiring uses them. */
export interface People {
  readonly service: PeopleService;
  /** Makes the list of a user ready. */
  warm(userId: Id): Promise<void>;
  /** Factors and lists for many at once, in the background. */
  readonly batch: PeopleRefresh;
}

const HOUR_MS = 60 * 60_000;
const EXPERIMENTS_MS = 60_000;
/** Followees left out of what factors find. */
const MAX_EXCLUDED = 20_000;

/** Assembles people to follow. */
export function createPeople(deps: PeopleDeps, options: PeopleOptions = {}): People {
  const { readers, stores, runtime, unitOfWork } = deps;
  const { people, ranking, models, graphExport } = stores;
  const now = () => runtime.clock.now();
  const loaded = createLoadedModel(models, PEOPLE, now);
  const factors: PeopleFactors = async (userId, limit) => {
    const active = await loaded.active();
    const row = active?.users.get(userId);
    if (!active || row === undefined) return [];
    const { model, itemIds } = active;
    const scores = scoresOf(
      model.users.subarray(row * model.factors, (row + 1) * model.factors),
      model.items,
    );
    const { ids } = await readers.follows.followeesOf(userId, { after: null, limit: MAX_EXCLUDED });
    const known = new Set([userId, ...ids]);
    const top = topColumns(scores, limit, (column) => known.has(itemIds[column] as Id));
    return top.map((column) => ({ id: itemIds[column] as Id, score: scores[column] as number }));
  };
  const engineDeps = {
    people,
    facts: readers.facts,
    dismissals: ranking.dismissals,
    popular: remembered(() => people.popular(PEOPLE_PER_WAY, now()), HOUR_MS, now),
    reciprocity: remembered(() => people.reciprocity(), HOUR_MS, now),
    factors,
    logger: runtime.logger,
  };
  const engine = createPeopleEngine(engineDeps, options);
  const experiments = remembered(() => ranking.profiles.experiments(PEOPLE), EXPERIMENTS_MS, now);

  const make = async (userId: Id, mark: string): Promise<RankedList> => {
    const profile = assignProfile(PEOPLE, userId, await experiments(), PEOPLE_PROFILE);
    const snapshot = runtime.ids.next();
    const { items, debug } = await engine.rank({
      context: createPeopleContext(engineDeps, userId, now()),
      profile,
      limit: MAX_LIST,
      seed: snapshot,
      unchecked: true,
    });
    const list: RankedList = {
      snapshot,
      profile: profile.version,
      mark,
      items: items.map(({ id, score, because }) => ({ id, score, because })),
    };
    // A list with sources missing serves this visit; the next one tries again.
    const whole = debug.late.length === 0 && debug.failed.length === 0;
    await ranking.lists.put(PEOPLE, [{ userId, list: whole ? list : { ...list, mark: '' } }]);
    return list;
  };

  const current = async (userId: Id): Promise<RankedList> => {
    const [own, version, held] = await Promise.all([
      people.mark(userId),
      loaded.active().then((active) => active?.stored.version ?? null),
      ranking.lists.latest(PEOPLE, userId),
    ]);
    const mark = peopleMark(own, version);
    const fresh = held?.mark === mark && timeOfId(held.snapshot) > now() - PEOPLE_LIST_MS;
    return fresh ? held : make(userId, mark);
  };

  /** Summaries and relationships of accounts the viewer may see. */
  const present = async <I extends { readonly id: Id; readonly because: readonly Because[] }>(
    viewer: Id,
    items: readonly I[],
  ) => {
    const ids = items.map(({ id }) => id);
    const [summaries, relations] = await Promise.all([
      readers.accounts.summaries(ids),
      readers.relationships.between(viewer, ids, now()),
    ]);
    return items.flatMap((item) => {
      const account = summaries.get(item.id);
      const relation: Relationship | undefined = relations.get(item.id);
      return account && relation ? [{ ...item, account, viewer: relation }] : [];
    });
  };

  const list = async (actor: Actor, { limit, cursor }: { limit: number; cursor?: string | undefined }) => {
    const userId = accountOf(actor);
    const { items, nextCursor } = await readListPage<Suggestion>({
      kind: PEOPLE,
      userId,
      limit,
      cursor,
      lists: ranking.lists,
      current: () => current(userId),
      async show(listed) {
        const shown = await engine.recheck(createPeopleContext(engineDeps, userId, now()), listed);
        return (await present(userId, shown)).map(({ id, account, viewer, score, because }) => ({
          id,
          item: { account, viewer, score, because },
        }));
      },
    });
    return { items, nextCursor };
  };

  const requireVisible = async (viewer: Id, userId: Id) => {
    const relation = (await readers.facts.relations(viewer, [userId])).get(userId);
    requireAccount(relation);
    return relation;
  };

  const similar = async (actor: Actor, { userId, limit }: z.output<typeof similarInput>) => {
    const viewer = accountOf(actor);
    if (!canViewConnections(await requireVisible(viewer, userId)))
      throw forbidden('account.private', 'the connections of this account are for its followers');
    const alike = await people.alike(userId, viewer, limit, now());
    const relations = await readers.facts.relations(
      viewer,
      alike.map(({ id }) => id),
    );
    // Whom the viewer follows may be shown; nobody else whose connections he could not see himself.
    const shown = alike.filter(({ id }) => {
      const relation = relations.get(id);
      return canViewConnections(relation) && relation?.muted === false && relation.discoverable;
    });
    const because: readonly Because[] = [{ kind: 'similar_to', subject: userId }];
    const items = await present(
      viewer,
      shown.map(({ id }) => ({ id, because })),
    );
    return { items: items.map(({ account, viewer: relation }) => ({ account, viewer: relation, because })) };
  };

  const service = createService(
    peopleOperations,
    {
      people: list,
      async dismissPerson(actor, { userId }) {
        const viewer = accountOf(actor);
        await requireVisible(viewer, userId);
        const changed = !(await ranking.dismissals.among(viewer, PEOPLE, [userId], now())).has(userId);
        await ranking.dismissals.dismiss(viewer, PEOPLE, userId, now() + DISMISSED_MS);
        return { changed };
      },
      restorePerson: async (actor, { userId }) => ({
        changed: await ranking.dismissals.restore(accountOf(actor), PEOPLE, userId),
      }),
      similar,
    },
    runtime,
  );
  const batch = createPeopleRefresh({
    unitOfWork,
    graphExport,
    models,
    lists: ranking.lists,
    loaded,
    runtime,
  });
  return {
    service,
    batch,
    async warm(userId) {
      await current(userId);
    },
  };
}
