import {
  type Actor,
  accountOf,
  type CoreReaders,
  canViewConnections,
  createService,
  forbidden,
  type Id,
  type Relationship,
  type Runtime,
  requireAccount,
  type Service,
  timeOfId,
} from '@socialkit/core';
import type { z } from 'zod';
import { assignProfile } from '../../ranking/experiments.js';
import { readListPage } from '../../ranking/list-page.js';
import { MAX_LIST, type RankedList, type RankingStores } from '../../ranking/store.js';
import type { Because } from '../../ranking/types.js';
import { createPeopleContext, createPeopleEngine, type PeopleFactors } from './engine.js';
import { peopleOperations } from './operations.js';
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
  readonly readers: Pick<CoreReaders, 'facts' | 'accounts' | 'relationships'>;
  readonly stores: Pick<PeopleStores, 'people'> & { readonly ranking: RankingStores };
  readonly runtime: Runtime;
  /** The model in use: its version, and what it knows. */
  readonly model?: { version(): Promise<string | null>; readonly factors: PeopleFactors };
}

/** People to follow: the public operations. */
export type PeopleService = Service<typeof peopleOperations>;

/** People to follow, as the wiring uses them. */
export interface People {
  readonly service: PeopleService;
  /** Makes the list of a user ready. */
  warm(userId: Id): Promise<void>;
}

const HOUR_MS = 60 * 60_000;
const EXPERIMENTS_MS = 60_000;

/** Assembles people to follow. */
export function createPeople(deps: PeopleDeps): People {
  const { readers, stores, runtime, model } = deps;
  const { people, ranking } = stores;
  const now = () => runtime.clock.now();
  const engineDeps = {
    people,
    facts: readers.facts,
    dismissals: ranking.dismissals,
    popular: remembered(() => people.popular(PEOPLE_PER_WAY, now()), HOUR_MS, now),
    reciprocity: remembered(() => people.reciprocity(), HOUR_MS, now),
    factors: model?.factors ?? null,
    logger: runtime.logger,
  };
  const engine = createPeopleEngine(engineDeps);
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
      model?.version() ?? null,
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
  return {
    service,
    async warm(userId) {
      await current(userId);
    },
  };
}

/** What a list was made from: the user's follows and the model. */
export const peopleMark = (follows: string, version: string | null): string => `${follows}:${version ?? '-'}`;
