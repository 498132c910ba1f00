import { describe, expect, it } from 'vitest';
import { anonymous, staffActor, userActor } from '../kernel/actor.js';
import { createSampleIdentity, host } from './sample-world.js';

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe('making accounts', () => {
  it('gives a user of the host one account, whatever the host says later', async () => {
    const { identity, told } = createSampleIdentity();
    const first = await identity.ensure(host, {
      externalId: 'u|1',
      handle: 'Ada_L',
      displayName: 'Ada',
      bio: 'hello',
    });
    expect(first).toMatchObject({
      created: true,
      account: { handle: 'ada_l', displayName: 'Ada', externalId: 'u|1', state: 'active', role: 'user' },
    });
    expect(told()).toMatchObject([{ type: 'account.created', payload: { accountId: first.account.id } }]);
    const again = await identity.ensure(host, { externalId: 'u|1', handle: 'other', displayName: 'Other' });
    expect(again).toEqual({ account: first.account, created: false });
    expect(told()).toEqual([]);
  });

  it('is for the host and staff only', async () => {
    const { identity, account } = createSampleIdentity();
    const input = { externalId: 'u|1', handle: 'ada' };
    const { actor } = await account();
    expect(await rejection(identity.ensure(anonymous, input))).toBe('actor.unauthenticated');
    expect(await rejection(identity.ensure(actor, input))).toBe('actor.missing_permission');
    expect(await rejection(identity.register(userActor('1'), input))).toBe('actor.missing_permission');
    const staff = staffActor('7', { rank: 1, permissions: ['account.provision'] });
    expect(await rejection(identity.register(staff, input))).toBe('accepted');
  });

  it('records what a person did, and leaves the host to its events', async () => {
    const { identity, log } = createSampleIdentity();
    const staff = staffActor('7', { rank: 1, permissions: ['account.provision'] });
    const byStaff = await identity.register(staff, { externalId: 'a', handle: 'ada' });
    const byHost = await identity.register(host, { externalId: 'b', handle: 'bob' });
    expect(await log(byStaff.id)).toMatchObject([{ action: 'identity.register', actorId: '7' }]);
    expect(await log(byHost.id)).toEqual([]);
  });

  it('refuses a second account, a taken handle, and one that looks like it', async () => {
    const { identity } = createSampleIdentity();
    await identity.register(host, { externalId: 'a', handle: 'paypal' });
    const code = (externalId: string, handle: string) =>
      rejection(identity.register(host, { externalId, handle }));
    expect(await code('a', 'other')).toBe('account.external_id_taken');
    expect(await code('b', 'PayPal')).toBe('handle.taken');
    expect(await code('b', 'paypa1')).toBe('handle.taken');
    expect(await code('b', 'other')).toBe('accepted');
  });

  it('gives out reserved handles only on purpose', async () => {
    const { identity } = createSampleIdentity();
    const input = { externalId: 'a', handle: 'supp0rt' };
    expect(await rejection(identity.register(host, input))).toBe('handle.reserved');
    expect(await identity.register(host, { ...input, allowReserved: true })).toMatchObject({
      handle: 'supp0rt',
    });
  });

  it('makes one account per idempotency key', async () => {
    const { identity } = createSampleIdentity();
    const input = { externalId: 'a', handle: 'ada', idempotencyKey: 'k1' };
    const first = await identity.register(host, input);
    expect(await identity.register(host, input)).toEqual(first);
    expect(await rejection(identity.register(host, { ...input, handle: 'bob' }))).toBe(
      'idempotency.mismatch',
    );
  });

  it('makes one of twenty simultaneous first sights', async () => {
    const { identity, told } = createSampleIdentity();
    const results = await Promise.all(
      Array.from({ length: 20 }, () => identity.ensure(host, { externalId: 'same', handle: 'ada' })),
    );
    expect(new Set(results.map(({ account }) => account.id)).size).toBe(1);
    expect(results.filter(({ created }) => created)).toHaveLength(1);
    expect(told()).toHaveLength(1);
  });

  it('names the fields it does not understand', async () => {
    const { identity } = createSampleIdentity();
    for (const [input, path] of [
      [{ externalId: 'a', handle: 'x' }, 'handle'],
      [{ externalId: 'a b', handle: 'ada' }, 'externalId'],
      [{ externalId: 'a', handle: 'ada', displayName: 'a\u202Eb' }, 'displayName'],
      [{ externalId: 'a', handle: 'ada', bio: 'x'.repeat(501) }, 'bio'],
      [{ externalId: 'a', handle: 'ada', birthDate: '1850-01-01' }, 'birthDate'],
      [{ externalId: 'a', handle: 'ada', birthDate: '2020-02-30' }, 'birthDate'],
      [{ externalId: 'a', handle: 'ada', role: 'admin' }, ''],
      [{ externalId: 'a', handle: 'ada', custom: { nope: 1 } }, 'custom'],
    ] as const)
      await expect(identity.ensure(host, input as never)).rejects.toMatchObject({
        code: 'input.invalid',
        fields: [{ path }],
      });
    expect(
      await rejection(identity.ensure(host, { externalId: 'a', handle: 'ada', birthDate: '2026-02-01' })),
    ).toBe('account.birth_date_in_future');
  });

  it('says whether a handle can be taken', async () => {
    const { identity, account } = createSampleIdentity();
    await account('ada');
    const check = (handle: string) => identity.checkHandle(anonymous, { handle });
    expect(await check('ADA')).toEqual({ handle: 'ada', available: false, reason: 'taken' });
    expect(await check('adrnin')).toEqual({ handle: 'adrnin', available: false, reason: 'reserved' });
    expect(await check('a b')).toEqual({ handle: null, available: false, reason: 'invalid' });
    expect(await check('Bob')).toEqual({ handle: 'bob', available: true, reason: null });
  });
});
