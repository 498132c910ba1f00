import { oracleSeesAccount } from '@socialkit/core/testing';
import type { Look } from './look.js';
import {
  connectionsState,
  expectAccount,
  expectBlocked,
  expectConnection,
  expectConnections,
  expectProfile,
  expectRelationship,
  expectRequests,
  expectSummary,
  stillOn,
} from './oracle-accounts.js';
import { accountFields, profileFields, summaryFields } from './projections.js';

/** Calls a read operation as one viewer and compares what it says with the oracle. */
export type Surface = (look: Look) => Promise<void>;

const MISSING = { error: 'account.not_found' };
/** An id nobody has. */
export const NOBODY = '1';

const userOf = ({ world, dice }: Look): string => dice.pick(world.accounts).id;
const mine = ({ world, viewer }: Look) => ({
  me: viewer ?? '',
  own: <T extends { readonly userId: string }>(list: readonly T[]) =>
    list.filter(({ userId }) => userId === viewer),
  world,
});

const profileOf = ({ world, viewer }: Look, id: string) => expectProfile(world, viewer, id) ?? MISSING;

/** Reads of identity. */
export const identitySurfaces: Readonly<Record<string, Surface>> = {
  'identity.me': async (look) => {
    const said = await look.ask(() => look.kit.identity.me(look.actor, {}), accountFields);
    look.same({}, said, expectAccount(look.world, look.viewer ?? ''));
  },
  'identity.get': async (look) => {
    for (const { id: userId } of look.world.accounts) {
      const said = await look.ask(() => look.kit.identity.get(look.actor, { userId }), profileFields);
      look.same({ userId }, said, profileOf(look, userId));
    }
    const nobody = await look.ask(() => look.kit.identity.get(look.actor, { userId: NOBODY }), profileFields);
    look.same({ userId: NOBODY }, nobody, MISSING);
  },
  'identity.byHandle': async (look) => {
    const { id, handle } = look.dice.pick(look.world.accounts);
    const spelling = look.dice.pick([handle, handle.toUpperCase(), `@${handle}`.slice(1)]);
    const said = await look.ask(
      () => look.kit.identity.byHandle(look.actor, { handle: spelling }),
      profileFields,
    );
    look.same({ handle: spelling }, said, profileOf(look, id));
  },
  'identity.getMany': async (look) => {
    const ids = look.world.accounts.map(({ id }) => id).filter(() => look.dice.chance(0.6));
    const handles = look.world.accounts.map(({ handle }) => handle).filter(() => look.dice.chance(0.4));
    const said = await look.ask(
      () => look.kit.identity.getMany(look.actor, { ids, handles }),
      ({ items }) => items.map(profileFields),
    );
    const named = handles.map(
      (handle) => look.world.accounts.find((other) => other.handle === handle)?.id ?? '',
    );
    const wanted = [...new Set([...ids, ...named])];
    look.same(
      { ids, handles },
      said,
      wanted.flatMap((id) => expectProfile(look.world, look.viewer, id) ?? []),
    );
  },
  'identity.checkHandle': async (look) => {
    const { handle } = look.dice.pick(look.world.accounts);
    const check = (wanted: string) =>
      look.ask(
        () => look.kit.identity.checkHandle(look.actor, { handle: wanted }),
        (said) => said,
      );
    look.same({ handle }, await check(handle), { handle, available: false, reason: 'taken' });
    look.same({ handle: 'nobody_yet' }, await check('nobody_yet'), {
      handle: 'nobody_yet',
      available: true,
      reason: null,
    });
  },
  'identity.inspect': async (look) => {
    const userId = userOf(look);
    const said = await look.ask(() => look.kit.identity.inspect(look.actor, { userId }), accountFields);
    look.same({ userId }, said, expectAccount(look.world, userId));
  },
  'identity.auditLog': async (look) => {
    const userId = userOf(look);
    const said = await look.walk(
      { userId },
      (page) => look.kit.identity.auditLog(look.actor, { userId, ...page }),
      ({ id, action, actorId }) => ({ id, action, actorId }),
      ({ id }) => id,
    );
    const audits = look.world.accounts.find(({ id }) => id === userId)?.audits ?? [];
    look.same(
      { userId },
      Array.isArray(said) ? said.map(({ action, actorId }) => `${action} ${actorId}`) : said,
      [...audits].reverse().map((action) => `${action} system:host`),
    );
  },
};

const connectionFields = (item: {
  readonly account: Parameters<typeof summaryFields>[0];
  readonly viewer: object | null;
}) => ({ account: summaryFields(item.account), viewer: item.viewer });

const connections =
  (list: 'followers' | 'following' | 'friends' | 'mutuals'): Surface =>
  async (look) => {
    const { world, viewer } = look;
    for (const { id: userId } of world.accounts) {
      const said = await look.walk(
        { userId },
        (page) => look.kit.graph[list](look.actor, { userId, ...page }),
        connectionFields,
        ({ account }) => account.id,
      );
      const state = connectionsState(world, viewer, userId);
      const expected =
        state === 'missing'
          ? MISSING
          : state === 'private'
            ? { error: 'account.private' }
            : expectConnections(world, viewer, userId, list).map((id) => expectConnection(world, viewer, id));
      look.same({ userId }, said, expected);
    }
  };

const requests =
  (list: 'requests' | 'sentRequests' | 'friendRequests' | 'sentFriendRequests'): Surface =>
  async (look) => {
    const { me, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph[list](look.actor, page),
      connectionFields,
      ({ account }) => account.id,
    );
    look.same(
      {},
      said,
      expectRequests(world, me, list).map((id) => expectConnection(world, me, id)),
    );
  };

/** Reads of the graph. */
export const graphSurfaces: Readonly<Record<string, Surface>> = {
  'graph.followers': connections('followers'),
  'graph.following': connections('following'),
  'graph.friends': connections('friends'),
  'graph.mutuals': connections('mutuals'),
  'graph.requests': requests('requests'),
  'graph.sentRequests': requests('sentRequests'),
  'graph.friendRequests': requests('friendRequests'),
  'graph.sentFriendRequests': requests('sentFriendRequests'),
  'graph.followersYouKnow': async (look) => {
    const { me, world } = mine(look);
    const userId = userOf(look);
    const counts: number[] = [];
    const said = await look.walk(
      { userId },
      async (page) => {
        const known = await look.kit.graph.followersYouKnow(look.actor, { userId, ...page });
        counts.push(known.count);
        return known;
      },
      ({ account }) => account.id,
    );
    const state = connectionsState(world, me, userId);
    const expected = expectConnections(world, me, userId, 'known');
    look.same(
      { userId },
      said,
      state === 'shown' ? expected : state === 'missing' ? MISSING : { error: 'account.private' },
    );
    look.same({ userId, counted: true }, [...new Set(counts)], state === 'shown' ? [expected.length] : []);
  },
  'graph.relationships': async (look) => {
    const { me, world } = mine(look);
    const userIds = [...world.accounts.map(({ id }) => id), NOBODY];
    const said = await look.ask(
      () => look.kit.graph.relationships(look.actor, { userIds }),
      ({ items }) => items.map(({ userId, ...relation }) => ({ userId, ...relation })),
    );
    look.same(
      {},
      said,
      userIds.map((userId) => ({ userId, ...expectRelationship(world, me, userId) })),
    );
  },
  'graph.overview': async (look) => {
    const { world, viewer } = look;
    const userId = userOf(look);
    const said = await look.ask(
      () => look.kit.graph.overview(look.actor, { userId, limit: 50 }),
      (overview) => ({
        account: summaryFields(overview.account),
        viewer: overview.viewer,
        counts: overview.counts,
        visible: overview.connectionsVisible,
        lists: (['followers', 'following', 'mutuals', 'followersYouKnow'] as const).map(
          (list) => overview[list]?.items.map(({ account }) => account.id) ?? null,
        ),
      }),
    );
    if (!oracleSeesAccount(world, viewer, userId)) return look.same({ userId }, said, MISSING);
    const visible = connectionsState(world, viewer, userId) === 'shown';
    const list = (name: 'followers' | 'following' | 'mutuals' | 'known') =>
      visible ? expectConnections(world, viewer, userId, name) : null;
    const stranger = viewer !== null && viewer !== userId;
    const { followers, following, friends } = expectAccount(world, userId).counts;
    look.same({ userId }, said, {
      account: expectSummary(world, userId),
      viewer: stranger ? expectRelationship(world, viewer, userId) : null,
      counts: { followers, following, friends, mutuals: list('mutuals')?.length ?? null },
      visible,
      lists: [list('followers'), list('following'), list('mutuals'), stranger ? list('known') : null],
    });
  },
  'graph.blocked': async (look) => {
    const { me, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph.blocked(look.actor, page),
      ({ account }) => account.id,
    );
    look.same({}, said, expectBlocked(world, me));
  },
  'graph.muted': async (look) => {
    const { me, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph.muted(look.actor, page),
      ({ account, scope, expiresAt }) => ({ id: account.id, scope, expiresAt }),
    );
    const expected = stillOn(world, world.mutes)
      .filter(({ from, to }) => from === me && oracleSeesAccount(world, me, to))
      .map(({ to, scope, expiresAt }) => ({ id: to, scope, expiresAt }));
    look.same({}, said, expected);
  },
  'graph.mutedWords': async (look) => {
    const { own, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph.mutedWords(look.actor, page),
      ({ word, expiresAt }) => ({ word, expiresAt }),
    );
    look.same(
      {},
      said,
      stillOn(world, own(world.mutedWords)).map(({ word, expiresAt }) => ({ word, expiresAt })),
    );
  },
  'graph.mutedThreads': async (look) => {
    const { own, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph.mutedThreads(look.actor, page),
      ({ postId, expiresAt }) => ({ postId, expiresAt }),
    );
    look.same(
      {},
      said,
      stillOn(world, own(world.mutedThreads)).map(({ postId, expiresAt }) => ({ postId, expiresAt })),
    );
  },
  'graph.followedHashtags': async (look) => {
    const { own, world } = mine(look);
    const said = await look.walk(
      {},
      (page) => look.kit.graph.followedHashtags(look.actor, page),
      ({ tag }) => tag,
    );
    look.same(
      {},
      said,
      own(world.followedTags)
        .map(({ tag }) => tag)
        .reverse(),
    );
  },
};
