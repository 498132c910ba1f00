import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { GateSubject, GateVerdict } from '../access/index.js';
import { anonymous } from '../kernel/actor.js';
import { line } from '../kernel/text.js';
import { createSampleIdentity, host } from './sample-world.js';

const rejection = (promise: Promise<unknown>) =>
  promise.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );

describe('editing a profile', () => {
  it('changes what is given, clears what is null, and tells which fields', async () => {
    const { identity, account, told } = createSampleIdentity();
    const { id, actor } = await account('ada');
    const edited = await identity.updateProfile(actor, {
      displayName: ' Ada ',
      firstName: 'Augusta',
      birthDate: '1915-12-10',
      avatar: { ref: 'media:7' },
      fieldVisibility: { birthDate: 'friends' },
    });
    expect(edited).toMatchObject({
      displayName: 'Ada',
      firstName: 'Augusta',
      avatar: { ref: 'media:7', alt: null },
      revision: 2,
      fieldVisibility: { birthDate: 'friends', location: 'private', firstName: 'public' },
    });
    expect(told()).toEqual([
      expect.objectContaining({
        type: 'account.updated',
        payload: {
          accountId: id,
          revision: 2,
          fields: ['displayName', 'firstName', 'avatar', 'birthDate', 'fieldVisibility'],
        },
      }),
    ]);
    const cleared = await identity.updateProfile(actor, { firstName: null, avatar: null });
    expect(cleared).toMatchObject({ firstName: null, avatar: null, displayName: 'Ada' });
  });

  it('writes and tells nothing when nothing changes', async () => {
    const { identity, account, told } = createSampleIdentity();
    const { actor } = await account();
    const { revision } = await identity.updateProfile(actor, { bio: 'x' });
    told();
    expect((await identity.updateProfile(actor, { bio: 'x', location: null })).revision).toBe(revision);
    expect(told()).toEqual([]);
  });

  it('is for active accounts', async () => {
    const { identity, account } = createSampleIdentity();
    const { actor } = await account();
    expect(await rejection(identity.updateProfile(anonymous, { bio: 'x' }))).toBe('actor.unauthenticated');
    await identity.deactivate(actor, {});
    expect(await rejection(identity.updateProfile(actor, { bio: 'x' }))).toBe('account.inactive');
    await identity.reactivate(actor, {});
    expect(await rejection(identity.updateProfile(actor, { bio: 'x' }))).toBe('accepted');
  });

  it("keeps the host's own fields typed, partial and within bounds", async () => {
    const { identity, account, told } = createSampleIdentity({
      customFields: z.strictObject({
        website: z.url(),
        pronouns: line(20).default('they'),
        scores: z.array(z.number()).max(1000),
      }),
      fieldVisibility: { 'custom.website': 'public' },
    });
    const { actor } = await account();
    const first = await identity.updateProfile(actor, { custom: { website: 'https://a.example' } });
    expect(first.custom).toEqual({ website: 'https://a.example' });
    expect(first.fieldVisibility).toMatchObject({ 'custom.website': 'public', 'custom.pronouns': 'private' });
    told();
    const second = await identity.updateProfile(actor, { custom: { pronouns: 'she', scores: [1, 2] } });
    expect(second.custom.website).toBe('https://a.example');
    expect(told()).toMatchObject([{ payload: { fields: ['custom.pronouns', 'custom.scores'] } }]);
    expect((await identity.updateProfile(actor, { custom: { website: null } })).custom).toEqual({
      pronouns: 'she',
      scores: [1, 2],
    });
    for (const custom of [
      { website: 'nonsense' },
      { pronouns: 'a\u0000b' },
      { other: 1 },
      { scores: [Number.NaN] },
    ])
      expect(await rejection(identity.updateProfile(actor, { custom: custom as never }))).toBe(
        'input.invalid',
      );
    expect(
      await rejection(
        identity.updateProfile(actor, { custom: { scores: Array.from({ length: 900 }, () => 0.123456) } }),
      ),
    ).toBe('account.custom_too_large');
  });

  it('loses nothing when several edit at once', async () => {
    const { identity, account } = createSampleIdentity();
    const { actor } = await account();
    await Promise.all([
      identity.updateProfile(actor, { bio: 'x' }),
      identity.updateProfile(actor, { location: 'y' }),
      identity.updateSettings(actor, { discoverable: false }),
    ]);
    expect(await identity.me(actor, {})).toMatchObject({
      bio: 'x',
      location: 'y',
      discoverable: false,
      revision: 4,
    });
  });
});

describe('the content gate on profiles', () => {
  const gated = (decide: (subject: GateSubject) => GateVerdict) => {
    const asked: GateSubject[] = [];
    const sample = createSampleIdentity({
      gate: {
        review: async (subject) => {
          asked.push(subject);
          return decide(subject);
        },
      },
    });
    return { ...sample, asked };
  };

  it('reads the profile as a whole, with its names, pictures and links', async () => {
    const { identity, account, asked } = gated(() => ({ decision: 'allow' }));
    const { id, actor } = await account('ada');
    await identity.updateProfile(actor, { bio: 'https://spam.example', avatar: { ref: 'm:1', alt: 'me' } });
    expect(asked.at(-1)).toEqual({
      surface: 'profile',
      texts: { handle: 'ada', displayName: 'ada', bio: 'https://spam.example' },
      media: [{ ref: 'm:1', alt: 'me' }],
      links: ['https://spam.example'],
      authorId: id,
      subjectId: id,
    });
    const before = asked.length;
    await identity.updateSettings(actor, { isPrivate: true });
    await identity.updateProfile(actor, { birthDate: '1990-01-01' });
    expect(asked).toHaveLength(before);
  });

  it('refuses what is rejected or would have to wait, and writes nothing', async () => {
    const { identity, account, told } = gated(({ texts }) =>
      texts.bio === 'bad'
        ? { decision: 'reject', reasons: ['rude'] }
        : texts.bio === 'hm'
          ? { decision: 'hold', reasons: ['unsure'] }
          : { decision: 'allow' },
    );
    const { actor } = await account();
    for (const [bio, message] of [
      ['bad', 'rude'],
      ['hm', 'unsure'],
    ] as const)
      await expect(identity.updateProfile(actor, { bio })).rejects.toMatchObject({
        code: 'content.rejected',
        fields: [{ message }],
      });
    expect(told()).toEqual([]);
    expect((await identity.updateProfile(actor, { bio: 'fine' })).bio).toBe('fine');
  });

  it('labels what it blurs until the text is clean again; staff labels stay', async () => {
    const { identity, account, staff, told } = gated(({ texts }) =>
      texts.bio?.includes('gore') ? { decision: 'blur', label: 'graphic' } : { decision: 'allow' },
    );
    const { id, actor } = await account();
    expect((await identity.updateProfile(actor, { bio: 'gore' })).label).toBe('graphic');
    expect(told()).toMatchObject([{ payload: { fields: ['bio', 'label'] } }]);
    expect((await identity.updateProfile(actor, { location: 'here' })).label).toBe('graphic');
    expect((await identity.updateProfile(actor, { bio: 'flowers' })).label).toBeNull();
    const moderator = await staff('moderator', 50, ['account.moderate']);
    await identity.setLabel(moderator.actor, { userId: id, label: 'spoiler' });
    expect((await identity.updateProfile(actor, { bio: 'more flowers' })).label).toBe('spoiler');
    expect((await identity.updateProfile(actor, { bio: 'gore' })).label).toBe('spoiler');
  });

  it('reviews again when the profile changed while it was read', async () => {
    let meanwhile: (() => Promise<unknown>) | null = null;
    const sample = createSampleIdentity({
      gate: {
        async review({ texts }) {
          const interrupt = meanwhile;
          meanwhile = null;
          await interrupt?.();
          // Each half is harmless, the two together are not.
          return texts.bio === 'die' && texts.location === 'now'
            ? { decision: 'reject', reasons: ['threat'] }
            : { decision: 'allow' };
        },
      },
    });
    const { actor } = await sample.account();
    meanwhile = () => sample.identity.updateProfile(actor, { location: 'now' });
    expect(await rejection(sample.identity.updateProfile(actor, { bio: 'die' }))).toBe('content.rejected');
    expect(await sample.identity.me(actor, {})).toMatchObject({ bio: '', location: 'now' });
  });
});

describe('handles', () => {
  it('change, and free the old one when its time is over', async () => {
    const { identity, account, told, clock } = createSampleIdentity();
    const [ada, bob] = [await account('ada'), await account('bob')];
    expect(await identity.changeHandle(ada.actor, { handle: 'Countess' })).toMatchObject({
      handle: 'countess',
    });
    expect(told()).toMatchObject([{ type: 'account.updated', payload: { fields: ['handle'] } }]);
    expect((await identity.byHandle(bob.actor, { handle: 'COUNTESS' })).id).toBe(ada.id);
    clock.advance(30 * 24 * 60 * 60_000);
    expect((await identity.changeHandle(bob.actor, { handle: 'ada' })).handle).toBe('ada');
    expect(await rejection(identity.changeHandle(bob.actor, { handle: 'c0untess' }))).toBe('handle.taken');
    expect(await rejection(identity.changeHandle(bob.actor, { handle: 'adm1n' }))).toBe('handle.reserved');
    expect(await identity.me(bob.actor, {})).toMatchObject({ handle: 'ada', revision: 2 });
  });

  it('are kept for who gave them up: for nobody else, whatever he does, but for staff', async () => {
    const { identity, account, told } = createSampleIdentity();
    const [ada, bob] = [await account('ada'), await account('bob')];
    await identity.changeHandle(ada.actor, { handle: 'countess' });
    told();
    for (const handle of ['ada', 'ADA']) {
      expect(await rejection(identity.changeHandle(bob.actor, { handle }))).toBe('handle.taken');
      expect(await rejection(identity.register(host, { externalId: 'x', handle }))).toBe('handle.taken');
      expect(await rejection(identity.ensure(host, { externalId: 'x', handle }))).toBe('handle.taken');
      expect(await identity.checkHandle(bob.actor, { handle })).toMatchObject({ available: false });
    }
    expect(told()).toEqual([]);
    expect(await identity.checkHandle(ada.actor, { handle: 'ada' })).toMatchObject({ available: true });
    await identity.changeHandle(ada.actor, { handle: 'ada' });
    await identity.changeHandle(ada.actor, { handle: 'lovelace' });
    const given = { userId: bob.id, handle: 'ada', allowReserved: true, reason: 'a trade mark' };
    expect(await identity.editAccount(host, given)).toMatchObject({ handle: 'ada' });
  });
});

describe('settings', () => {
  it('tell the graph when an account opens or closes', async () => {
    const { identity, account, told } = createSampleIdentity();
    const { id, actor } = await account();
    await identity.updateSettings(actor, { isPrivate: true, discoverable: false });
    expect(told().map(({ type, payload }) => [type, payload])).toEqual([
      ['account.updated', { accountId: id, revision: 2, fields: ['isPrivate', 'discoverable'] }],
      ['account.privacy_changed', { accountId: id, isPrivate: true }],
    ]);
    await identity.updateSettings(actor, { isPrivate: true });
    expect(told()).toEqual([]);
    await identity.updateSettings(actor, { isPrivate: false });
    expect(told().map(({ type }) => type)).toEqual(['account.updated', 'account.privacy_changed']);
  });
});
