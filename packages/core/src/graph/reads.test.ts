import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Actor, anonymous } from '../kernel/actor.js';
import { timeOfId } from '../kernel/ids.js';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

type Person = Awaited<ReturnType<SampleWorld['account']>>;

describe('listings', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  const people = async (count: number): Promise<readonly Person[]> => {
    const all: Person[] = [];
    for (let n = 0; n < count; n++) all.push(await world.account());
    return all;
  };
  const idsOf = (page: { readonly items: readonly { readonly account: { readonly id: string } }[] }) =>
    page.items.map(({ account }) => account.id);

  it('come newest first in full pages, though hidden accounts lie in between and follows arrive', async () => {
    const [star] = (await people(1)) as [Person];
    const fans = await people(30);
    for (const fan of fans) await world.graph.follow(fan.actor, { userId: star.id });
    for (const [n, fan] of fans.entries()) if (n % 3 === 0) await world.setState(fan.id, 'suspended');
    const visible = fans.filter((_, n) => n % 3 !== 0).map(({ id }) => id);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await world.graph.followers(anonymous, {
        userId: star.id,
        limit: 7,
        ...(cursor && { cursor }),
      });
      if (page.nextCursor !== null) expect(page.items).toHaveLength(7);
      seen.push(...idsOf(page));
      cursor = page.nextCursor ?? undefined;
      const [late] = (await people(1)) as [Person];
      await world.graph.follow(late.actor, { userId: star.id });
    } while (cursor);
    expect(seen).toEqual([...visible].reverse());
  });

  it('refuse a cursor of another listing or another account, and a damaged one', async () => {
    const [a, b, c] = (await people(3)) as [Person, Person, Person];
    for (const one of [a, c]) await world.graph.follow(one.actor, { userId: b.id });
    for (const one of [a, c]) await world.graph.follow(b.actor, { userId: one.id });
    const { nextCursor } = await world.graph.followers(a.actor, { userId: b.id, limit: 1 });
    const cursor = nextCursor as string;
    const bad = { code: 'cursor.invalid', category: 'validation' };
    await expect(world.graph.following(a.actor, { userId: b.id, cursor })).rejects.toMatchObject(bad);
    await expect(world.graph.followers(a.actor, { userId: a.id, cursor })).rejects.toMatchObject(bad);
    await expect(world.graph.requests(a.actor, { cursor })).rejects.toMatchObject(bad);
    const damaged = `${cursor.slice(0, -2)}AA`;
    await expect(world.graph.followers(a.actor, { userId: b.id, cursor: damaged })).rejects.toMatchObject(
      bad,
    );
    expect(await world.graph.followers(a.actor, { userId: b.id, limit: 1, cursor })).toMatchObject({
      items: [{ account: { id: a.id } }],
      nextCursor: null,
    });
  });

  it('of a private account are for its accepted followers and itself', async () => {
    const secret = await world.account({ isPrivate: true });
    const [fan, asking] = (await people(2)) as [Person, Person];
    await world.graph.follow(fan.actor, { userId: secret.id });
    await world.graph.acceptRequest(secret.actor, { userId: fan.id });
    await world.graph.follow(asking.actor, { userId: secret.id });
    const lists = ['followers', 'following', 'friends', 'mutuals', 'followersYouKnow'] as const;
    for (const list of lists) {
      for (const actor of [asking.actor, ...(list === 'followersYouKnow' ? [] : [anonymous])] as Actor[])
        await expect(world.graph[list](actor, { userId: secret.id })).rejects.toMatchObject({
          code: 'account.private',
          category: 'forbidden',
        });
      for (const actor of [fan.actor, secret.actor])
        expect(await world.graph[list](actor, { userId: secret.id })).toHaveProperty('items');
    }
  });

  it('carry what holds between the caller and each account, null for oneself and without a session', async () => {
    const [me, star, other] = (await people(3)) as [Person, Person, Person];
    for (const one of [me, other]) await world.graph.follow(one.actor, { userId: star.id });
    await world.graph.follow(other.actor, { userId: me.id });
    const { items } = await world.graph.followers(me.actor, { userId: star.id });
    expect(items).toMatchObject([
      { account: { id: other.id }, viewer: { following: false, followedBy: true } },
      { account: { id: me.id }, viewer: null },
    ]);
    const strangers = await world.graph.followers(anonymous, { userId: star.id });
    expect(strangers.items.map(({ viewer }) => viewer)).toEqual([null, null]);
  });

  it('show requests to both ends, and only to them, with their time', async () => {
    const secret = await world.account({ isPrivate: true });
    const [fan] = (await people(1)) as [Person];
    world.clock.advance(1000);
    await world.graph.follow(fan.actor, { userId: secret.id });
    await world.graph.requestFriend(fan.actor, { userId: secret.id });
    const at = world.clock.now();
    const listed = [
      [await world.graph.requests(secret.actor, {}), fan.id],
      [await world.graph.sentRequests(fan.actor, {}), secret.id],
      [await world.graph.friendRequests(secret.actor, {}), fan.id],
      [await world.graph.sentFriendRequests(fan.actor, {}), secret.id],
    ] as const;
    for (const [page, id] of listed) expect(page.items).toMatchObject([{ account: { id }, requestedAt: at }]);
    expect((await world.graph.requests(fan.actor, {})).items).toEqual([]);
    expect((await world.graph.sentFriendRequests(secret.actor, {})).items).toEqual([]);
    await expect(world.graph.requests(anonymous, {})).rejects.toMatchObject({
      code: 'actor.unauthenticated',
    });
    expect(timeOfId(fan.id)).toBeLessThan(at);
  });

  it('sample and count the followers one knows', async () => {
    const [me, star, x, y, stranger] = (await people(5)) as [Person, Person, Person, Person, Person];
    for (const fan of [x, y, stranger, me]) await world.graph.follow(fan.actor, { userId: star.id });
    for (const known of [x, y]) await world.graph.follow(me.actor, { userId: known.id });
    const sample = await world.graph.followersYouKnow(me.actor, { userId: star.id, limit: 1 });
    expect(sample).toMatchObject({ items: [{ account: { id: y.id } }], count: 2 });
    await world.graph.block(y.actor, { userId: me.id });
    expect(await world.graph.followersYouKnow(me.actor, { userId: star.id, limit: 1 })).toMatchObject({
      items: [{ account: { id: x.id } }],
      nextCursor: null,
      count: 1,
    });
  });
});

describe('the relationship batch', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('answers for up to 100 accounts in the order asked', async () => {
    const [me, a, b] = [
      await world.account(),
      await world.account(),
      await world.account({ isPrivate: true }),
    ];
    await world.graph.follow(me.actor, { userId: a.id, hideReposts: true });
    await world.graph.follow(a.actor, { userId: me.id });
    await world.graph.follow(me.actor, { userId: b.id });
    await world.graph.requestFriend(b.actor, { userId: me.id });
    await world.graph.mute(me.actor, { userId: b.id, scope: 'reposts' });
    const { items } = await world.graph.relationships(me.actor, { userIds: [b.id, a.id, b.id] });
    expect(items).toMatchObject([
      { userId: b.id, requested: true, following: false, friendRequestedBy: true, repostsMuted: true },
      { userId: a.id, following: true, hideReposts: true, followedBy: true, requested: false },
    ]);
    expect(items).toHaveLength(2);
    const many = Array.from({ length: 101 }, (_, n) => String(n + 1));
    await expect(world.graph.relationships(me.actor, { userIds: many })).rejects.toMatchObject({
      code: 'input.invalid',
    });
    await expect(world.graph.relationships(me.actor, { userIds: [] })).rejects.toMatchObject({
      code: 'input.invalid',
    });
    await expect(world.graph.relationships(anonymous, { userIds: [a.id] })).rejects.toMatchObject({
      category: 'unauthenticated',
    });
  });

  it('does not tell a block from a suspension or an account that never was', async () => {
    const [me, blocks, left] = [await world.account(), await world.account(), await world.account()];
    for (const other of [blocks, left]) {
      await world.graph.follow(me.actor, { userId: other.id });
      await world.graph.follow(other.actor, { userId: me.id });
      await world.graph.mute(me.actor, { userId: other.id });
    }
    const read = async () =>
      (await world.graph.relationships(me.actor, { userIds: [blocks.id, left.id, '17'] })).items.map(
        ({ userId: _, ...relation }) => relation,
      );
    expect((await read())[0]).toMatchObject({ following: true, followedBy: true });
    await world.graph.block(blocks.actor, { userId: me.id });
    await world.setState(left.id, 'suspended');
    const [blocked, suspended, missing] = await read();
    expect(blocked).toEqual(suspended);
    expect({ ...blocked, muted: false }).toEqual(missing);
    expect(JSON.stringify(await read())).not.toContain('blockedBy');
    // Everything is there again when the account returns.
    await world.setState(left.id, 'active');
    expect((await read())[1]).toMatchObject({ following: true, followedBy: true });
  });
});

describe('the overview', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  it('gives followers, following, mutuals and counts in one call', async () => {
    const [me, star, x] = [await world.account(), await world.account(), await world.account()];
    for (const fan of [me, x]) await world.graph.follow(fan.actor, { userId: star.id });
    await world.graph.follow(star.actor, { userId: x.id });
    await world.graph.follow(me.actor, { userId: x.id });
    const seen = await world.graph.overview(me.actor, { userId: star.id, limit: 1 });
    expect(seen).toMatchObject({
      account: { id: star.id },
      viewer: { following: true, followedBy: false },
      counts: { followers: 2, following: 1, friends: 0, mutuals: 1 },
      connectionsVisible: true,
      followers: { items: [{ account: { id: x.id } }], nextCursor: expect.any(String) },
      following: { items: [{ account: { id: x.id } }], nextCursor: null },
      mutuals: { items: [{ account: { id: x.id } }], nextCursor: null },
      followersYouKnow: { items: [{ account: { id: x.id } }], count: 1 },
    });
    const cursor = seen.followers?.nextCursor ?? '';
    expect(await world.graph.followers(me.actor, { userId: star.id, cursor })).toMatchObject({
      items: [{ account: { id: me.id } }],
    });
    expect(await world.graph.overview(anonymous, { userId: star.id })).toMatchObject({
      viewer: null,
      followersYouKnow: null,
      counts: { followers: 2 },
    });
    expect(await world.graph.overview(star.actor, { userId: star.id })).toMatchObject({ viewer: null });
  });

  it('gives counts but no lists of a private account to whom it has not accepted', async () => {
    const [me, secret] = [await world.account(), await world.account({ isPrivate: true })];
    await world.graph.follow(me.actor, { userId: secret.id });
    expect(await world.graph.overview(me.actor, { userId: secret.id })).toMatchObject({
      viewer: { requested: true },
      counts: { followers: 0, following: 0, friends: 0, mutuals: null },
      connectionsVisible: false,
      followers: null,
      following: null,
      mutuals: null,
      followersYouKnow: null,
    });
    await world.graph.acceptRequest(secret.actor, { userId: me.id });
    expect(await world.graph.overview(me.actor, { userId: secret.id })).toMatchObject({
      connectionsVisible: true,
      followers: { items: [{ account: { id: me.id } }] },
    });
  });

  it('does not find a blocked, inactive or missing account', async () => {
    const [me, other] = [await world.account(), await world.account()];
    const gone = await world.account({ state: 'deactivated' });
    expect(await world.graph.overview(me.actor, { userId: other.id })).toHaveProperty('account');
    await world.graph.block(me.actor, { userId: other.id });
    for (const userId of [other.id, gone.id, '17'])
      await expect(world.graph.overview(me.actor, { userId })).rejects.toMatchObject({
        code: 'account.not_found',
      });
  });
});
