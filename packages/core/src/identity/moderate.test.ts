import { describe, expect, it } from 'vitest';
import { ACCOUNT_STATES } from '../access/index.js';
import { staffActor } from '../kernel/actor.js';
import { createActorResolver } from './actor-for.js';
import { createIdentityOperations } from './operations.js';
import { staffPermissions } from './roles.js';
import { createSampleIdentity, host } from './sample-world.js';
import { requireMove, STATE_MOVES } from './states.js';

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

const ALL = staffPermissions([createIdentityOperations()]);

describe('account states', () => {
  it('move as the table says and not otherwise', () => {
    for (const from of ACCOUNT_STATES)
      for (const to of ACCOUNT_STATES)
        for (const by of ['self', 'staff'] as const) {
          const move = () => requireMove(from, to, by);
          if (STATE_MOVES[from][to] === by) expect(move).not.toThrow();
          else expect(move).toThrow(expect.objectContaining({ code: 'account.illegal_state_change' }));
        }
  });

  it('let staff limit, suspend and reinstate, on record', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const moderator = await sample.staff('moderator', 50, ['account.moderate']);
    const { id, actor } = await sample.account();
    const moderate = (state: 'active' | 'limited' | 'suspended', reason: string | null = null) =>
      identity.moderate(moderator.actor, { userId: id, state, reason });
    expect(await moderate('suspended', 'spam')).toMatchObject({ state: 'suspended', stateReason: 'spam' });
    expect(sample.told()).toMatchObject([
      { type: 'account.state_changed', payload: { accountId: id, from: 'active', to: 'suspended' } },
    ]);
    expect(await rejection(identity.reactivate(actor, {}))).toBe('account.illegal_state_change');
    expect(await rejection(identity.deactivate(actor, {}))).toBe('account.illegal_state_change');
    await moderate('suspended');
    expect(sample.told(), 'it was suspended already').toEqual([]);
    await moderate('limited');
    expect(await moderate('active')).toMatchObject({ state: 'active', stateReason: null });
    expect(await sample.log(id)).toMatchObject([
      {
        action: 'identity.moderate',
        actorId: moderator.id,
        details: { from: 'active', to: 'suspended', reason: 'spam' },
      },
      { details: { from: 'suspended', to: 'limited' } },
      { details: { from: 'limited', to: 'active' } },
    ]);
  });

  it('let people leave and come back, to what staff decided meanwhile', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const { id, actor } = await sample.account();
    expect((await identity.deactivate(actor, {})).state).toBe('deactivated');
    expect((await identity.deactivate(actor, {})).state, 'twice is once').toBe('deactivated');
    expect(sample.told()).toHaveLength(1);
    expect((await identity.reactivate(actor, {})).state).toBe('active');
    await identity.moderate(host, { userId: id, state: 'limited' });
    await identity.deactivate(actor, {});
    expect((await identity.reactivate(actor, {})).state, 'leaving lifts no restriction').toBe('limited');
    await identity.deactivate(actor, {});
    expect((await identity.moderate(host, { userId: id, state: 'suspended' })).state).toBe('deactivated');
    expect((await identity.reactivate(actor, {})).state).toBe('suspended');
    expect(await rejection(identity.reactivate(actor, {}))).toBe('account.illegal_state_change');
  });
});

describe('ranks', () => {
  it('let nobody act on an equal or higher rank, or on himself', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const [one, other] = [await sample.staff('moderator', 50, ALL), await sample.staff('moderator', 50, ALL)];
    const admin = await sample.staff('admin', 100, ALL);
    const { id } = await sample.account();
    const calls = (userId: string, actor = one.actor) => [
      identity.moderate(actor, { userId, state: 'limited' }),
      identity.setLabel(actor, { userId, label: 'x' }),
      identity.setVerified(actor, { userId, issuer: 'x' }),
      identity.editAccount(actor, { userId, bio: 'x' }),
      identity.assignRole(actor, { userId, role: 'user' }),
    ];
    const outcomes = async (...args: Parameters<typeof calls>) =>
      new Set(await Promise.all(calls(...args).map(rejection)));
    for (const userId of [one.id, other.id, admin.id])
      expect(await outcomes(userId)).toEqual(new Set(['account.outranked']));
    expect(await outcomes(id)).toEqual(new Set(['accepted']));
    expect(await outcomes(other.id, admin.actor)).toEqual(new Set(['accepted']));
    expect(await outcomes('99')).toEqual(new Set(['account.not_found']));
  });

  it('count as they stand now, not as the session remembers', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const moderator = await sample.staff('moderator', 50, ['account.moderate']);
    const { id } = await sample.account();
    const limit = () => rejection(identity.moderate(moderator.actor, { userId: id, state: 'limited' }));
    await identity.assignRole(host, { userId: moderator.id, role: 'user' });
    expect(await limit()).toBe('account.outranked');
    await identity.assignRole(host, { userId: moderator.id, role: 'moderator' });
    await identity.moderate(host, { userId: moderator.id, state: 'suspended' });
    expect(await limit()).toBe('account.inactive');
    await identity.moderate(host, { userId: moderator.id, state: 'active' });
    expect(await limit()).toBe('accepted');
  });

  it('need the permission of the operation', async () => {
    const sample = createSampleIdentity();
    const { id } = await sample.account();
    const moderator = await sample.staff('moderator', 50, ['account.read']);
    expect(await rejection(sample.identity.moderate(moderator.actor, { userId: id, state: 'limited' }))).toBe(
      'actor.missing_permission',
    );
    expect(await rejection(sample.identity.inspect(moderator.actor, { userId: id }))).toBe('accepted');
  });

  it('are given below one’s own only', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const admin = await sample.staff('admin', 100, ALL);
    const { id } = await sample.account();
    const assign = (actor: typeof host, role: string) =>
      rejection(identity.assignRole(actor, { userId: id, role }));
    expect(await assign(admin.actor, 'admin')).toBe('account.outranked');
    expect(await assign(admin.actor, 'emperor')).toBe('account.unknown_role');
    expect(await assign(admin.actor, 'constructor')).toBe('account.unknown_role');
    expect(await assign(admin.actor, 'moderator')).toBe('accepted');
    expect(sample.told()).toMatchObject([
      { type: 'account.role_changed', payload: { accountId: id, from: 'user', to: 'moderator' } },
    ]);
    expect(await assign(host, 'admin')).toBe('accepted');
  });
});

describe('staff edits', () => {
  it('badge, label and rename, on record', async () => {
    const sample = createSampleIdentity();
    const { identity } = sample;
    const admin = await sample.staff('admin', 100, ALL);
    const { id, actor } = await sample.account('ada');
    const verified = await identity.setVerified(admin.actor, { userId: id, issuer: 'the host' });
    expect(verified.verified).toEqual({ issuer: 'the host', at: sample.clock.now() });
    await identity.editAccount(admin.actor, {
      userId: id,
      handle: 'official',
      allowReserved: true,
      reason: 'brand',
    });
    expect(await identity.me(actor, {})).toMatchObject({ handle: 'official' });
    expect((await identity.setVerified(admin.actor, { userId: id, issuer: null })).verified).toBeNull();
    expect((await sample.log(id)).map(({ action }) => action)).toEqual([
      'identity.setVerified',
      'identity.editAccount',
      'identity.setVerified',
    ]);
    const page = await identity.auditLog(admin.actor, { userId: id, limit: 2 });
    expect(page.items.map(({ action }) => action)).toEqual(['identity.setVerified', 'identity.editAccount']);
    const rest = await identity.auditLog(admin.actor, {
      userId: id,
      limit: 2,
      cursor: page.nextCursor ?? undefined,
    });
    expect(rest).toMatchObject({ items: [{ action: 'identity.setVerified' }], nextCursor: null });
  });
});

describe('actors of sessions', () => {
  it('carry the grant of the role as it stands', async () => {
    const sample = createSampleIdentity();
    const resolver = createActorResolver({ accounts: sample.readers.accounts, permissions: ALL });
    const { id } = await sample.account('ada');
    expect(await resolver.actorFor({ externalId: 'host-ada' })).toEqual({ kind: 'user', id });
    await sample.identity.assignRole(host, { userId: id, role: 'admin' });
    const actor = await resolver.actorFor({ accountId: id });
    expect(actor).toEqual(staffActor(id, { rank: 100, permissions: ALL }));
    expect(await resolver.actorFor({ accountId: '99' })).toBeNull();
    expect(await resolver.actorFor({ externalId: 'nobody' })).toBeNull();
  });

  it('are refused to suspended accounts, and are plain for those who left', async () => {
    const sample = createSampleIdentity();
    const resolver = createActorResolver({ accounts: sample.readers.accounts, permissions: ALL });
    const admin = await sample.staff('admin', 100, ALL);
    await sample.identity.deactivate(admin.actor, {});
    expect(await resolver.actorFor({ accountId: admin.id })).toEqual({ kind: 'user', id: admin.id });
    await sample.identity.reactivate(admin.actor, {});
    await sample.identity.moderate(host, { userId: admin.id, state: 'suspended' });
    expect(await rejection(resolver.actorFor({ accountId: admin.id }))).toBe('account.suspended');
  });
});
