import { createHash } from 'node:crypto';
import { type HydratedPost, type Id, type Ids, invalid, type Page, timeOfId } from '@socialkit/core';
import {
  afterAnswer,
  assignProfile,
  type Because,
  createProfile,
  DEFAULT_POST_PROFILE,
  type ListedItem,
  MAX_LIST,
  POST_PROFILES,
  type ProfileStore,
  type RankedItem,
  type RankedList,
  type RankedListStore,
  type RankingEngine,
  type RankingProfile,
  readListPage,
} from '../../ranking/index.js';
import { createPostContext, type PostContext } from './context.js';
import { type HostAlgorithm, hostSource, type Interaction } from './host-algorithm.js';
import { createPostEngine, type PostRankingDeps } from './ranking.js';

/** Milliseconds a list is served before it is made anew. */
export const POST_LIST_MS = 60 * 60_000;
/** The kind of lists, experiments and served posts. */
export const POSTS = 'posts';

/** Everything lists of posts are made with. */
export interface RankedListDeps extends PostRankingDeps {
  readonly lists: RankedListStore;
  readonly profiles: ProfileStore;
  readonly ids: Ids;
  readonly now: () => number;
  /** The host's own rankings, by the name callers ask for. */
  readonly algorithms: Readonly<Record<string, HostAlgorithm>>;
}

/** A page of recommended posts. */
export interface RankedPage
  extends Page<{ readonly post: HydratedPost; readonly because: readonly Because[] }> {
  readonly algorithm: string;
}

/** What a ranking is asked for. */
export interface RankedQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** @default the experiment the user is in, else balanced-v1 */
  readonly algorithm?: string | undefined;
  /** Only posts with attachments. */
  readonly mediaOnly?: boolean;
}

/** Ranked lists of posts: made when they are asked for, kept for an hour, checked at every read. */
export interface RankedLists {
  /** @throws algorithm.unknown (validation), cursor.invalid (validation), cursor.expired (gone) */
  page(userId: Id, query: RankedQuery): Promise<RankedPage>;
  /** Ranks now, without keeping anything. @throws algorithm.unknown (validation) */
  rank(
    userId: Id,
    algorithm?: string,
  ): Promise<{ readonly algorithm: string; readonly items: readonly RankedItem[] }>;
  /** The next first page of these users is made anew. */
  forget(userIds: readonly Id[]): Promise<void>;
  /** Tells the hosts whose algorithms chose a post what its reader said, after the answer. */
  tellHosts(userId: Id, said: Pick<Interaction, 'postId' | 'kind'>): Promise<void>;
}

/** A ranking by its name. */
interface Algorithm {
  readonly profile: RankingProfile;
  readonly engine: RankingEngine<PostContext>;
  readonly host: HostAlgorithm | null;
}

const hostProfile = (version: string): RankingProfile =>
  createProfile({
    version,
    sources: { host: { weight: 1 } },
    value: 'none',
    outOfNetwork: 1,
    author: { decay: 1, floor: 1 },
    mmrLambda: 1,
    exploreEvery: 0,
  });

/** What served posts are logged under: the source behind their first reason. */
const SOURCE_OF: Readonly<Partial<Record<Because['kind'], string>>> = {
  following: 'following',
  liked_by_similar: 'coLikers',
  liked_by_followees: 'socialProof',
  interest: 'interests',
  trending: 'trending',
  popular: 'trending',
  similar_to: 'factors',
  explore: 'explore',
  algorithm: 'host',
};

const listed = ({ id, score, because, propensity }: RankedItem): ListedItem => ({
  id,
  score,
  because,
  ...(propensity === undefined ? {} : { propensity }),
});

/** Changes when the weights of a version do. */
const markOf = (profile: RankingProfile): string =>
  createHash('sha256').update(JSON.stringify(profile)).digest('base64url').slice(0, 16);

const kindOf = (version: string): string => `${POSTS}:${version}`;

/** @throws TypeError for a host's algorithm with the name of one of the package's, or with none that callers can ask for */
export function createRankedLists(deps: RankedListDeps): RankedLists {
  const { lists, profiles, ids, now, logger } = deps;
  const engine = createPostEngine(deps);
  const hosts = new Map<string, Algorithm>();
  for (const [name, host] of Object.entries(deps.algorithms)) {
    if (Object.hasOwn(POST_PROFILES, name))
      throw new TypeError(`"${name}" is an algorithm of the package; choose another name`);
    // A host's order stands: nothing is multiplied into it.
    const own = createPostEngine(deps, { sources: [hostSource(host)], scorers: [] });
    hosts.set(name, { profile: hostProfile(name), engine: own, host });
  }

  const resolve = async (userId: Id, name: string | undefined): Promise<Algorithm> => {
    const own = name === undefined ? undefined : hosts.get(name);
    if (own) return own;
    if (name !== undefined && Object.hasOwn(POST_PROFILES, name))
      return { profile: POST_PROFILES[name as keyof typeof POST_PROFILES], engine, host: null };
    const experiments = await profiles.experiments(POSTS);
    if (name === undefined)
      return { profile: assignProfile(POSTS, userId, experiments, DEFAULT_POST_PROFILE), engine, host: null };
    const under = experiments.find(({ profile }) => profile.version === name);
    if (under) return { profile: under.profile, engine, host: null };
    throw invalid('algorithm.unknown', `there is no algorithm "${name}"`, [
      { path: 'algorithm', message: 'is not an algorithm of this platform' },
    ]);
  };

  const contextOf = (userId: Id, { profile }: Algorithm) => createPostContext(deps, userId, profile, now());

  const rankNow = (userId: Id, algorithm: Algorithm, seed: string, unchecked: boolean) =>
    algorithm.engine.rank({
      context: contextOf(userId, algorithm),
      profile: algorithm.profile,
      limit: MAX_LIST,
      seed,
      unchecked,
    });

  /** Requests of one user that find no list make one together. */
  const making = new Map<string, Promise<RankedList>>();

  const make = async (userId: Id, algorithm: Algorithm, mark: string): Promise<RankedList> => {
    const snapshot = ids.next();
    const { version } = algorithm.profile;
    const { items } = await rankNow(userId, algorithm, snapshot, true);
    const list: RankedList = { snapshot, profile: version, mark, items: items.map(listed) };
    await lists.put(kindOf(version), [{ userId, list }]);
    return list;
  };

  const current = async (userId: Id, algorithm: Algorithm): Promise<RankedList> => {
    const { version } = algorithm.profile;
    const mark = markOf(algorithm.profile);
    const held = await lists.latest(kindOf(version), userId);
    if (held?.mark === mark && now() - timeOfId(held.snapshot) < POST_LIST_MS) return held;
    const key = `${userId} ${version}`;
    let list = making.get(key);
    if (!list) {
      list = make(userId, algorithm, mark).finally(() => making.delete(key));
      making.set(key, list);
    }
    return list;
  };

  const logServed = (userId: Id, list: RankedList, shown: readonly ListedItem[]) =>
    afterAnswer(async () => {
      const places = new Map(list.items.map(({ id }, position) => [id, position] as const));
      await deps.served.append(
        shown.map(({ id, because, propensity }) => ({
          requestId: list.snapshot,
          userId,
          kind: deps.servedKind,
          item: id,
          position: places.get(id) ?? 0,
          source: SOURCE_OF[because[0]?.kind ?? 'explore'] ?? 'explore',
          profile: list.profile,
          propensity: propensity ?? 1,
        })),
      );
    }, logger);

  const tell = (host: HostAlgorithm, interactions: readonly Interaction[]) => {
    if (host.interactions && interactions.length > 0)
      afterAnswer(async () => host.interactions?.(interactions), logger);
  };
  const contextIn = (items: readonly ListedItem[], id: Id): string | null =>
    items.find((item) => item.id === id)?.because.find(({ kind }) => kind === 'algorithm')?.context ?? null;

  return {
    async page(userId, { limit, cursor, algorithm: name, mediaOnly = false }) {
      const algorithm = await resolve(userId, name);
      const context = contextOf(userId, algorithm);
      const shown: ListedItem[] = [];
      const { items, nextCursor, list } = await readListPage({
        kind: kindOf(algorithm.profile.version),
        userId,
        limit,
        cursor,
        lists,
        current: () => current(userId, algorithm),
        show: async (some) =>
          (await algorithm.engine.recheck(context, some)).flatMap(({ because, ...item }) => {
            const post = context.shown.get(item.id);
            if (!post || (mediaOnly && post.view.media.length === 0)) return [];
            shown.push({ ...item, because });
            return [{ id: item.id, item: { post, because } }];
          }),
      });
      const served = shown.filter(({ id }) => items.some(({ post }) => post.id === id));
      if (served.length > 0) logServed(userId, list, served);
      if (algorithm.host)
        tell(
          algorithm.host,
          served.map(({ id }) => ({
            userId,
            postId: id,
            kind: 'served',
            context: contextIn(list.items, id),
            at: context.now,
          })),
        );
      return { items, nextCursor, algorithm: algorithm.profile.version };
    },

    async rank(userId, name) {
      const algorithm = await resolve(userId, name);
      const { items } = await rankNow(userId, algorithm, userId, false);
      return { algorithm: algorithm.profile.version, items };
    },

    async forget(userIds) {
      const experiments = await profiles.experiments(POSTS);
      const versions = [
        ...Object.keys(POST_PROFILES),
        ...hosts.keys(),
        ...experiments.map(({ profile }) => profile.version),
      ];
      await Promise.all(versions.map((version) => lists.drop(kindOf(version), userIds)));
    },

    async tellHosts(userId, { postId, kind }) {
      for (const [name, { host }] of hosts) {
        if (!host?.interactions) continue;
        const list = await lists.latest(kindOf(name), userId);
        if (!list?.items.some(({ id }) => id === postId)) continue;
        tell(host, [{ userId, postId, kind, context: contextIn(list.items, postId), at: now() }]);
      }
    },
  };
}
