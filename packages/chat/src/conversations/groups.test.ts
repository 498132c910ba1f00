import { describe, expect, it } from 'vitest';
import { createTalkWorld, type Person, type TalkWorld } from './sample-world.js';

const NOT_FOUND = { code: 'conversation.not_found' };
const NOT_ALLOWED = { code: 'conversation.not_allowed' };

/** A group of the owner, an admin and a member, who all follow the owner. */
async function settle(world: TalkWorld) {
  const [owner, admin, member, stranger] = (await world.people(4)) as [Person, Person, Person, Person];
  for (const who of [admin, member]) await world.follow(who, owner);
  const group = await world.conversations.createGroup(owner.actor, {
    title: 'Climbers',
    userIds: [admin.id, member.id],
  });
  const conversationId = group.id;
  await world.conversations.setRole(owner.actor, { conversationId, userId: admin.id, role: 'admin' });
  world.told();
  world.heard();
  world.askedAgain();
  return { owner, admin, member, stranger, conversationId };
}

describe('a group', () => {
  it('begins with its owner and those who may be added; others are invited, whom nobody reaches is left out', async () => {
    const world = createTalkWorld();
    const [ann, fan, cho, foe] = (await world.people(4)) as [Person, Person, Person, Person];
    await world.follow(fan, ann);
    await world.block(foe, ann);
    const group = await world.conversations.createGroup(ann.actor, {
      title: ' Climbers ',
      description: 'two\nlines',
      avatar: { ref: 'media/1' },
      settings: { history: 'joined' },
      userIds: [fan.id, cho.id, foe.id, ann.id, fan.id],
    });
    expect(group).toMatchObject({
      kind: 'group',
      title: 'Climbers',
      description: 'two\nlines',
      avatar: { ref: 'media/1', alt: null },
      ownerId: ann.id,
      memberCount: 2,
      settings: { history: 'joined', whoSends: 'members' },
      viewer: { role: 'owner', capabilities: { send: true, deleteGroup: true, changeRoles: true } },
    });
    expect(world.told()).toEqual(['conversation.created', 'member.joined', 'member.invited']);
    // Stream by stream, each in its own order.
    expect(world.heard()).toEqual([
      'conversation conversation.created',
      'conversation member.joined',
      'user conversation.joined',
      'user conversation.invited',
      'user conversation.created',
    ]);
    const box = async (who: Person) =>
      (await world.conversations.list(who.actor, { box: 'requests' })).items.map(({ viewer }) => viewer);
    expect(await box(cho)).toMatchObject([{ state: 'invited', invitedBy: { id: ann.id }, unread: 0 }]);
    expect(await box(foe)).toEqual([]);
    await expect(world.conversations.get(foe.actor, { conversationId: group.id })).rejects.toMatchObject(
      NOT_FOUND,
    );
    expect(await world.drift()).toEqual([]);
  });

  it('is founded once an idempotency key', async () => {
    const world = createTalkWorld();
    const ann = await world.person();
    const input = { title: 'Once', idempotencyKey: 'k1' };
    const first = await world.conversations.createGroup(ann.actor, input);
    expect((await world.conversations.createGroup(ann.actor, input)).id).toBe(first.id);
    await expect(
      world.conversations.createGroup(ann.actor, { ...input, title: 'Other' }),
    ).rejects.toMatchObject({ code: 'idempotency.mismatch' });
  });

  it('is looked at by the content gate', async () => {
    const world = createTalkWorld();
    const ann = await world.person();
    world.gateSays({ decision: 'blur', label: 'sensitive' });
    const group = await world.conversations.createGroup(ann.actor, { title: 'Odd' });
    expect(group.label).toBe('sensitive');
    for (const decision of ['reject', 'hold'] as const) {
      world.gateSays({ decision, reasons: ['no'] });
      const refused = { code: 'content.rejected' };
      await expect(world.conversations.createGroup(ann.actor, { title: 'x' })).rejects.toMatchObject(refused);
      await expect(
        world.conversations.edit(ann.actor, { conversationId: group.id, title: 'x' }),
      ).rejects.toMatchObject(refused);
      // What nobody wrote is not looked at.
      await world.conversations.edit(ann.actor, {
        conversationId: group.id,
        settings: { slowModeSeconds: 5 },
      });
    }
    world.gateSays({ decision: 'allow' });
    expect(
      await world.conversations.edit(ann.actor, { conversationId: group.id, title: 'Fine' }),
    ).toMatchObject({ title: 'Fine', label: null, settings: { slowModeSeconds: 5 } });
  });

  it('takes those who accept, up to its limit, and neither who declined nor who was uninvited', async () => {
    const world = createTalkWorld({ maxMembers: 2, addable: 'nobody' });
    const [ann, ben, cho, dee] = (await world.people(4)) as [Person, Person, Person, Person];
    await world.follow(ben, ann);
    const { id: conversationId } = await world.conversations.createGroup(ann.actor, { title: 'Pair' });
    const userIds = [ben.id, cho.id];
    expect((await world.conversations.add(ann.actor, { conversationId, userIds })).items).toEqual(
      userIds.map((userId) => ({ userId, outcome: 'not_addable' })),
    );
    const invited = await world.conversations.invite(ann.actor, { conversationId, userIds });
    expect(invited.items.map(({ outcome }) => outcome)).toEqual(['invited', 'invited']);
    await expect(
      world.conversations.invite(ann.actor, { conversationId, userIds: [dee.id] }),
    ).rejects.toMatchObject({ code: 'conversation.too_many_invitations' });
    expect(await world.conversations.accept(ben.actor, { conversationId })).toEqual({ changed: true });
    expect(await world.conversations.accept(ben.actor, { conversationId })).toEqual({ changed: false });
    await expect(world.conversations.accept(cho.actor, { conversationId })).rejects.toMatchObject({
      code: 'conversation.full',
    });
    expect(await world.conversations.uninvite(ann.actor, { conversationId, userId: cho.id })).toEqual({
      changed: true,
    });
    await expect(world.conversations.accept(cho.actor, { conversationId })).rejects.toMatchObject(NOT_FOUND);
    await world.conversations.invite(ann.actor, { conversationId, userIds: [dee.id] });
    await world.conversations.decline(dee.actor, { conversationId });
    await expect(world.conversations.accept(dee.actor, { conversationId })).rejects.toMatchObject(NOT_FOUND);
    expect(await world.drift()).toEqual([]);
  });

  it('forgets an invitation across a block, and remembers it without', async () => {
    const world = createTalkWorld();
    const { owner, stranger, conversationId } = await settle(world);
    await world.conversations.invite(owner.actor, { conversationId, userIds: [stranger.id] });
    await world.block(stranger, owner);
    expect((await world.conversations.list(stranger.actor, { box: 'requests' })).items).toEqual([]);
    await expect(world.conversations.accept(stranger.actor, { conversationId })).rejects.toMatchObject(
      NOT_FOUND,
    );
    await world.unblock(stranger, owner);
    expect(await world.conversations.accept(stranger.actor, { conversationId })).toEqual({ changed: true });
  });

  it('puts nobody back who went by himself', async () => {
    const world = createTalkWorld();
    const { owner, member, conversationId } = await settle(world);
    await world.conversations.leave(member.actor, { conversationId });
    const bring = (how: 'add' | 'invite') =>
      world.conversations[how](owner.actor, { conversationId, userIds: [member.id] });
    expect((await bring('add')).items).toMatchObject([{ outcome: 'not_addable' }]);
    expect((await bring('invite')).items).toMatchObject([{ outcome: 'invited' }]);
    expect((await bring('invite')).items).toMatchObject([{ outcome: 'unchanged' }]);
  });

  it('lets nobody act on an equal or higher role', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, conversationId } = await settle(world);
    await world.follow(await world.person(), owner);
    for (const verb of ['remove', 'ban'] as const) {
      for (const userId of [owner.id, admin.id])
        await expect(
          world.conversations[verb](admin.actor, { conversationId, userId }),
        ).rejects.toMatchObject({ code: 'member.outranked' });
      await expect(
        world.conversations[verb](member.actor, { conversationId, userId: admin.id }),
      ).rejects.toMatchObject(NOT_ALLOWED);
    }
    for (const who of [admin, member])
      await expect(
        world.conversations.setRole(who.actor, { conversationId, userId: member.id, role: 'admin' }),
      ).rejects.toMatchObject(NOT_ALLOWED);
    await expect(
      world.conversations.setRole(owner.actor, { conversationId, userId: owner.id, role: 'admin' }),
    ).rejects.toMatchObject({ code: 'member.outranked' });
    await expect(world.conversations.delete(admin.actor, { conversationId })).rejects.toMatchObject(
      NOT_ALLOWED,
    );
  });

  it('shows a removed member nothing any more, at once', async () => {
    const world = createTalkWorld();
    const { admin, member, conversationId } = await settle(world);
    expect(await world.conversations.remove(admin.actor, { conversationId, userId: member.id })).toEqual({
      changed: true,
    });
    const [told] = world.published.filter(({ type }) => type === 'member.removed');
    expect(told).toMatchObject({ by: member.id, ends: [member.id], data: { userId: member.id } });
    expect(world.heard()).toEqual(['conversation member.removed', 'user conversation.left']);
    expect(world.askedAgain()).toEqual([member.id]);
    const input = { conversationId };
    await expect(world.conversations.get(member.actor, input)).rejects.toMatchObject(NOT_FOUND);
    await expect(world.conversations.members(member.actor, input)).rejects.toMatchObject(NOT_FOUND);
    await expect(world.conversations.leave(member.actor, input)).rejects.toMatchObject(NOT_FOUND);
    expect((await world.conversations.list(member.actor, {})).items).toEqual([]);
    expect(await world.drift()).toEqual([]);
  });

  it('keeps the banned out of invitations, links and itself until they are unbanned', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, stranger, conversationId } = await settle(world);
    const { token } = await world.conversations.createLink(admin.actor, { conversationId });
    for (const { id: userId } of [member, stranger])
      expect(await world.conversations.ban(admin.actor, { conversationId, userId })).toEqual({
        changed: true,
      });
    expect(world.told()).toEqual(['join_link.created', 'member.banned', 'member.banned']);
    await expect(world.conversations.join(stranger.actor, { token })).rejects.toMatchObject({
      code: 'join_link.not_found',
    });
    await expect(world.conversations.previewLink(stranger.actor, { token })).rejects.toMatchObject({
      code: 'join_link.not_found',
    });
    for (const how of ['add', 'invite'] as const)
      expect(
        (await world.conversations[how](owner.actor, { conversationId, userIds: [stranger.id] })).items,
      ).toMatchObject([{ outcome: 'banned' }]);
    const banned = await world.conversations.members(admin.actor, { conversationId, list: 'banned' });
    expect(banned.items.map(({ account }) => account.id)).toEqual([member.id, stranger.id]);
    await expect(
      world.conversations.ban(admin.actor, { conversationId, userId: world.ids.next() }),
    ).rejects.toMatchObject({ code: 'account.not_found' });
    await world.conversations.unban(admin.actor, { conversationId, userId: stranger.id });
    expect(await world.conversations.join(stranger.actor, { token })).toMatchObject({ joined: true });
  });

  it('is handed on when its owner leaves: to whom he names, else to who has been there longest', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, conversationId } = await settle(world);
    await expect(
      world.conversations.leave(owner.actor, { conversationId, newOwnerId: world.ids.next() }),
    ).rejects.toMatchObject({ code: 'member.not_active' });
    await world.conversations.leave(owner.actor, { conversationId, newOwnerId: member.id });
    const roles = async (who: Person) =>
      (await world.conversations.members(who.actor, { conversationId })).items.map(
        ({ account, role }) => [account.id, role] as const,
      );
    expect(await roles(member)).toEqual([
      [member.id, 'owner'],
      [admin.id, 'admin'],
    ]);
    await world.changeAccount(admin.id, { state: 'suspended' });
    const late = await world.person();
    await world.follow(late, member);
    await world.conversations.add(member.actor, { conversationId, userIds: [late.id] });
    // The admin cannot act: the next one can.
    await world.conversations.leave(member.actor, { conversationId });
    expect((await world.row(conversationId))?.ownerId).toBe(late.id);
    await world.conversations.leave(late.actor, { conversationId });
    expect(await world.row(conversationId)).toMatchObject({ ownerId: admin.id, deletedAt: null });
    await world.conversations.leave(admin.actor, { conversationId });
    expect((await world.row(conversationId))?.deletedAt).not.toBeNull();
  });

  it('has one owner at any time', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, conversationId } = await settle(world);
    expect(await world.conversations.transfer(owner.actor, { conversationId, userId: member.id })).toEqual({
      changed: true,
    });
    expect(world.told()).toEqual(['member.role_changed', 'member.role_changed', 'conversation.updated']);
    const { items } = await world.conversations.members(admin.actor, { conversationId });
    expect(items.map(({ role }) => role)).toEqual(['owner', 'admin', 'admin']);
    await expect(
      world.conversations.transfer(owner.actor, { conversationId, userId: admin.id }),
    ).rejects.toMatchObject(NOT_ALLOWED);
    await expect(
      world.conversations.transfer(member.actor, { conversationId, userId: world.ids.next() }),
    ).rejects.toMatchObject({ code: 'member.not_found' });
    expect(await world.conversations.transfer(member.actor, { conversationId, userId: member.id })).toEqual({
      changed: false,
    });
  });

  it('lets its settings decide who sends, invites and edits', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, stranger, conversationId } = await settle(world);
    const capabilities = async (who: Person) =>
      (await world.conversations.get(who.actor, { conversationId })).viewer.capabilities;
    expect(await capabilities(member)).toMatchObject({ send: true, invite: true, editProfile: false });
    await world.conversations.edit(admin.actor, {
      conversationId,
      settings: { whoSends: 'admins', whoInvites: 'admins', whoEdits: 'members' },
    });
    expect(await capabilities(member)).toMatchObject({ send: false, invite: false, editProfile: true });
    expect(await capabilities(admin)).toMatchObject({ send: true, invite: true, editSettings: true });
    await world.conversations.edit(member.actor, { conversationId, title: 'Ours' });
    await expect(
      world.conversations.edit(member.actor, { conversationId, settings: { whoSends: 'members' } }),
    ).rejects.toMatchObject(NOT_ALLOWED);
    await expect(
      world.conversations.invite(member.actor, { conversationId, userIds: [stranger.id] }),
    ).rejects.toMatchObject(NOT_ALLOWED);
    world.told();
    const before = await world.row(conversationId);
    await world.conversations.edit(owner.actor, { conversationId, title: 'Ours', settings: {} });
    expect([world.told(), await world.row(conversationId)]).toEqual([[], before]);
  });

  it('takes nothing from members who cannot act, but lets them go', async () => {
    const world = createTalkWorld();
    const { owner, member, conversationId } = await settle(world);
    await world.changeAccount(member.id, { state: 'suspended' });
    const inactive = { code: 'account.inactive' };
    await expect(
      world.conversations.invite(member.actor, { conversationId, userIds: [owner.id] }),
    ).rejects.toMatchObject(inactive);
    await expect(
      world.conversations.edit(member.actor, { conversationId, title: 'x' }),
    ).rejects.toMatchObject(inactive);
    expect(await world.conversations.leave(member.actor, { conversationId })).toEqual({ left: true });
  });

  it('is gone for everybody when it is deleted', async () => {
    const world = createTalkWorld();
    const { owner, admin, member, stranger, conversationId } = await settle(world);
    await world.conversations.invite(owner.actor, { conversationId, userIds: [stranger.id] });
    const { token } = await world.conversations.createLink(owner.actor, { conversationId });
    world.heard();
    await world.conversations.delete(owner.actor, { conversationId });
    const heard = world.heard();
    expect(heard.filter((line) => line === 'user conversation.left')).toHaveLength(4);
    expect(heard).toContain('conversation conversation.deleted');
    expect(new Set(world.askedAgain())).toEqual(
      new Set([owner, admin, member, stranger].map(({ id }) => id)),
    );
    for (const who of [owner, member, stranger])
      await expect(world.conversations.get(who.actor, { conversationId })).rejects.toMatchObject(NOT_FOUND);
    await expect(world.conversations.join(stranger.actor, { token })).rejects.toMatchObject({
      code: 'join_link.not_found',
    });
  });
});

describe('a join link', () => {
  it('lets in while it lasts, shows what it leads to, and is taken by newcomers only', async () => {
    const world = createTalkWorld();
    const { owner, member, stranger, conversationId } = await settle(world);
    const expiresAt = world.clock.now() + 1000;
    const link = await world.conversations.createLink(owner.actor, { conversationId, expiresAt, maxUses: 1 });
    expect(link.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const { token } = link;
    const preview = await world.conversations.previewLink(stranger.actor, { token });
    expect(preview).toMatchObject({ conversationId, title: 'Climbers', memberCount: 3, joined: false });
    expect(await world.conversations.join(member.actor, { token })).toEqual({
      conversationId,
      joined: false,
    });
    const { items } = await world.conversations.links(owner.actor, { conversationId });
    expect(items).toEqual([{ ...items[0], id: link.id, uses: 0, usable: true }]);
    expect(JSON.stringify(items)).not.toContain(token);
    expect(await world.conversations.join(stranger.actor, { token })).toEqual({
      conversationId,
      joined: true,
    });
    const late = await world.person();
    const refused = { code: 'join_link.not_found' };
    await expect(world.conversations.join(late.actor, { token })).rejects.toMatchObject(refused);
    await expect(world.conversations.join(late.actor, { token: 'A'.repeat(43) })).rejects.toMatchObject(
      refused,
    );

    const timed = await world.conversations.createLink(owner.actor, { conversationId, expiresAt });
    world.clock.advance(1000);
    await expect(world.conversations.join(late.actor, { token: timed.token })).rejects.toMatchObject(refused);
    const open = await world.conversations.createLink(owner.actor, { conversationId });
    await world.conversations.revokeLink(owner.actor, { conversationId, linkId: open.id });
    await expect(world.conversations.join(late.actor, { token: open.token })).rejects.toMatchObject(refused);
    await expect(
      world.conversations.createLink(owner.actor, { conversationId, expiresAt: world.clock.now() }),
    ).rejects.toMatchObject({ code: 'join_link.expired' });
  });

  it('is for admins to make, and there are only so many', async () => {
    const world = createTalkWorld({ maxLinks: 1 });
    const { admin, member, conversationId } = await settle(world);
    await expect(world.conversations.createLink(member.actor, { conversationId })).rejects.toMatchObject(
      NOT_ALLOWED,
    );
    await expect(world.conversations.links(member.actor, { conversationId })).rejects.toMatchObject(
      NOT_ALLOWED,
    );
    const { id: linkId } = await world.conversations.createLink(admin.actor, { conversationId });
    await expect(world.conversations.createLink(admin.actor, { conversationId })).rejects.toMatchObject({
      code: 'join_link.too_many',
    });
    await world.conversations.revokeLink(admin.actor, { conversationId, linkId });
    await world.conversations.createLink(admin.actor, { conversationId });
  });
});
