import { describe, expect, it } from 'vitest';
import { createTalkWorld } from './sample-world.js';

const DAY = 24 * 60 * 60_000;

describe('a direct conversation', () => {
  it('is the same one whoever opens it and however often', async () => {
    const world = createTalkWorld();
    const [ann, ben] = [await world.person(), await world.person()];
    const first = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const again = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const back = await world.conversations.openDirect(ben.actor, { userId: ann.id });
    expect([again.id, back.id]).toEqual([first.id, first.id]);
    expect(world.told().filter((type) => type === 'conversation.created')).toHaveLength(1);
    expect(first).toMatchObject({ kind: 'direct', counterpartId: ben.id, counterpart: { id: ben.id } });
    await expect(world.conversations.openDirect(ann.actor, { userId: ann.id })).rejects.toMatchObject({
      code: 'conversation.self',
    });
    expect(await world.drift()).toEqual([]);
  });

  it('is not in the list of the other side before something was written', async () => {
    const world = createTalkWorld();
    const [ann, ben] = [await world.person(), await world.person()];
    await world.follow(ben, ann);
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const inbox = async (who: typeof ann) =>
      (await world.conversations.list(who.actor, {})).items.map((item) => item.id);
    expect([await inbox(ann), await inbox(ben)]).toEqual([[id], []]);
    await world.message(id);
    expect([await inbox(ann), await inbox(ben)]).toEqual([[id], [id]]);
  });

  it('needs an answer from whom the opener is a stranger to, and none from followers and friends', async () => {
    const world = createTalkWorld();
    const [ann, ben, cho] = [await world.person(), await world.person(), await world.person()];
    await world.follow(cho, ann);
    const stranger = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const follower = await world.conversations.openDirect(ann.actor, { userId: cho.id });
    await world.message(stranger.id);
    await world.message(follower.id);
    expect(await world.conversations.get(ann.actor, { conversationId: stranger.id })).toMatchObject({
      viewer: { awaitsAnswer: true, capabilities: { send: false } },
    });
    expect(await world.conversations.get(ann.actor, { conversationId: follower.id })).toMatchObject({
      viewer: { awaitsAnswer: false, capabilities: { send: true } },
    });
    const requests = await world.conversations.list(ben.actor, { box: 'requests' });
    expect(requests.items).toMatchObject([
      { id: stranger.id, viewer: { state: 'requested', unread: 1, capabilities: { send: false } } },
    ]);
    expect((await world.conversations.list(ben.actor, {})).items).toEqual([]);

    world.told();
    world.heard();
    expect(await world.conversations.accept(ben.actor, { conversationId: stranger.id })).toEqual({
      changed: true,
    });
    expect(world.told()).toEqual(['message_request.accepted']);
    expect(world.heard()).toEqual([
      'conversation request.accepted',
      'user conversation.joined',
      'user conversation.accepted',
    ]);
    for (const who of [ann, ben])
      expect(await world.conversations.get(who.actor, { conversationId: stranger.id })).toMatchObject({
        viewer: { state: 'active', capabilities: { send: true } },
      });
    expect((await world.conversations.list(ben.actor, {})).items).toMatchObject([{ viewer: { unread: 1 } }]);
    expect(await world.drift()).toEqual([]);
  });

  it('tells the sender nothing of a refusal, and opens again when the receiver opens it', async () => {
    const world = createTalkWorld();
    const [ann, ben] = [await world.person(), await world.person()];
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    await world.message(id);
    const before = await world.conversations.get(ann.actor, { conversationId: id });
    world.heard();
    await world.conversations.decline(ben.actor, { conversationId: id });
    expect(world.heard()).toEqual(['user conversation.left']);
    expect(world.askedAgain()).toEqual([ben.id]);
    expect(await world.conversations.get(ann.actor, { conversationId: id })).toEqual(before);
    expect((await world.conversations.members(ann.actor, { conversationId: id })).items).toHaveLength(2);
    await expect(world.conversations.get(ben.actor, { conversationId: id })).rejects.toMatchObject({
      code: 'conversation.not_found',
    });
    const reopened = await world.conversations.openDirect(ben.actor, { userId: ann.id });
    expect(reopened).toMatchObject({ id, viewer: { state: 'active', unread: 1 } });
  });

  it('cannot be opened or written across a block, and can again without it', async () => {
    const world = createTalkWorld();
    const [ann, ben, cho] = [await world.person(), await world.person(), await world.person()];
    await world.follow(ben, ann);
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    await world.message(id);
    await world.block(ben, ann);
    await world.block(cho, ann);
    for (const who of [ann, ben])
      expect(await world.conversations.get(who.actor, { conversationId: id })).toMatchObject({
        counterpart: null,
        viewer: { capabilities: { send: false, pinMessages: false } },
      });
    for (const other of [ben, cho])
      await expect(world.conversations.openDirect(ann.actor, { userId: other.id })).rejects.toMatchObject({
        code: 'account.not_found',
      });
    await world.unblock(ben, ann);
    expect(await world.conversations.openDirect(ann.actor, { userId: ben.id })).toMatchObject({
      id,
      counterpart: { id: ben.id },
      viewer: { capabilities: { send: true } },
    });
  });

  it('hides a request whose sender is blocked', async () => {
    const world = createTalkWorld();
    const [ann, ben] = [await world.person(), await world.person()];
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    await world.message(id);
    await world.block(ben, ann);
    expect((await world.conversations.list(ben.actor, { box: 'requests' })).items).toEqual([]);
    await expect(world.conversations.accept(ben.actor, { conversationId: id })).rejects.toMatchObject({
      code: 'conversation.not_found',
    });
    await world.unblock(ben, ann);
    expect((await world.conversations.list(ben.actor, { box: 'requests' })).items).toHaveLength(1);
  });

  it('takes nothing from or for accounts that are suspended', async () => {
    const world = createTalkWorld();
    const [ann, ben, cho] = [await world.person(), await world.person(), await world.person()];
    await world.follow(ben, ann);
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    await world.changeAccount(ben.id, { state: 'suspended' });
    expect(await world.conversations.get(ann.actor, { conversationId: id })).toMatchObject({
      counterpart: null,
      viewer: { capabilities: { send: false } },
    });
    await expect(world.conversations.openDirect(ben.actor, { userId: cho.id })).rejects.toMatchObject({
      code: 'account.inactive',
    });
    await expect(world.conversations.openDirect(cho.actor, { userId: ben.id })).rejects.toMatchObject({
      code: 'account.not_found',
    });
  });

  it('is found by nobody else', async () => {
    const world = createTalkWorld();
    const [ann, ben, cho] = [await world.person(), await world.person(), await world.person()];
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const missing = { code: 'conversation.not_found' };
    for (const conversationId of [id, world.ids.next()]) {
      const input = { conversationId };
      await expect(world.conversations.get(cho.actor, input)).rejects.toMatchObject(missing);
      await expect(world.conversations.members(cho.actor, input)).rejects.toMatchObject(missing);
      await expect(world.conversations.clear(cho.actor, input)).rejects.toMatchObject(missing);
      await expect(world.conversations.prefer(cho.actor, { ...input, pinned: true })).rejects.toMatchObject(
        missing,
      );
    }
  });

  it('has no roles, links or way to leave', async () => {
    const world = createTalkWorld();
    const [ann, ben] = [await world.person(), await world.person()];
    const { id: conversationId } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    const direct = { code: 'conversation.not_a_group' };
    await expect(world.conversations.leave(ann.actor, { conversationId })).rejects.toMatchObject(direct);
    await expect(world.conversations.createLink(ann.actor, { conversationId })).rejects.toMatchObject(direct);
    await expect(
      world.conversations.invite(ann.actor, { conversationId, userIds: [ben.id] }),
    ).rejects.toMatchObject(direct);
    await expect(
      world.conversations.remove(ann.actor, { conversationId, userId: ben.id }),
    ).rejects.toMatchObject(direct);
    await expect(
      world.conversations.edit(ann.actor, { conversationId, title: 'ours' }),
    ).rejects.toMatchObject(direct);
  });
});

describe('a new account', () => {
  it('opens only so many conversations a day, and is told when it can go on', async () => {
    const world = createTalkWorld({ newAccountOpens: 2, newAccountMs: 3 * DAY });
    const young = await world.person({ createdAt: world.clock.now() });
    const others = await world.people(4);
    const open = (at: number) =>
      world.conversations.openDirect(young.actor, { userId: (others[at] as (typeof others)[0]).id });
    await open(0);
    world.clock.advance(1000);
    await world.conversations.createGroup(young.actor, { title: 'one' });
    await expect(open(1)).rejects.toMatchObject({
      code: 'conversation.opening_limited',
      category: 'rate_limited',
      retryAfterMs: DAY - 1000,
    });
    // What there is already is not opened anew.
    await open(0);
    world.clock.advance(DAY - 1000);
    await open(1);
    await expect(open(2)).rejects.toMatchObject({ code: 'conversation.opening_limited' });
    world.clock.advance(2 * DAY);
    await open(2);
    await open(3);
    expect((await world.conversations.list(young.actor, {})).items).toHaveLength(5);
  });
});
