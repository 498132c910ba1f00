import { type Actor, createFakeClock, type Id, isSocialError } from '@socialkit/core';
import { MAX_CROWD_WEIGHT, type ReportReason } from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const DAY_MS = 24 * 60 * 60_000;

describe('those who misuse reports', () => {
  let kit: SocialKit;
  const clock = createFakeClock();
  afterEach(() => kit.close());
  beforeEach(async () => {
    kit = await createSocialKit({
      database: 'memory',
      clock,
      contentGate: { review: async () => ({ decision: 'allow' }) },
      moderation: { review: { qualityShare: 0 } },
    });
  });

  let made = 0;
  const enroll = async (role?: string) => {
    const handle = `someone_${made++}`;
    const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
    if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
    const actor: Actor = (await kit.actorFor({ accountId: id })) ?? kit.actor(id);
    return { id, actor };
  };
  const enrollMany = async (count: number) => {
    const people: Awaited<ReturnType<typeof enroll>>[] = [];
    for (let n = 0; n < count; n++) people.push(await enroll());
    return people;
  };
  const report = (by: { readonly actor: Actor }, id: Id, reason: ReportReason = 'harassment.insult') =>
    kit.moderation.reports.create(by.actor, { subject: { kind: 'post', id }, reason });
  const queueOf = async (moderator: { readonly actor: Actor }) =>
    (await kit.moderation.cases.list(moderator.actor, {})).items;
  const weightOf = async (moderator: { readonly actor: Actor }, caseId: Id) => {
    const { items } = await kit.moderation.reports.ofCase(moderator.actor, { caseId, limit: 100 });
    const crowds = new Map<string, number>();
    for (const { crowd, weight } of items) crowds.set(crowd, Math.max(weight, crowds.get(crowd) ?? 0));
    return [...crowds.values()].reduce((sum, weight) => sum + weight, 0);
  };

  it('17: a brigade of twenty new accounts counts as one, and hides nothing', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    clock.advance(30 * DAY_MS);
    const { id } = await kit.posts.create(anna.actor, { text: 'my holiday pictures' });
    for (const attacker of await enrollMany(20)) {
      await report(attacker, id);
      clock.advance(1000);
    }
    await kit.idle();
    expect((await kit.posts.get(ben.actor, { postId: id })).status).toBe('published');
    const [one] = await queueOf(moderator);
    expect(one).toMatchObject({ reportCount: 20, state: 'open' });
    expect(await weightOf(moderator, one?.id ?? '')).toBe(1);
  });

  it('counts old accounts that follow each other as one', async () => {
    const [anna, moderator] = [await enroll(), await enroll('moderator')];
    const ring = await enrollMany(6);
    const strangers = await enrollMany(2);
    for (const [n, { actor }] of ring.entries())
      if (n > 0) await kit.graph.follow(actor, { userId: ring[n - 1]?.id ?? '' });
    clock.advance(30 * DAY_MS);
    const { id } = await kit.posts.create(anna.actor, { text: 'an opinion' });
    // In an order in which friends do not follow each other.
    for (const n of [0, 2, 4, 1, 5, 3]) await report(ring[n] ?? anna, id);
    await kit.idle();
    const [one] = await queueOf(moderator);
    expect(await weightOf(moderator, one?.id ?? '')).toBe(1);
    for (const stranger of strangers) await report(stranger, id);
    await kit.idle();
    expect(await weightOf(moderator, one?.id ?? '')).toBe(3);
  });

  it('lets a trusted report go before a whole brigade, whatever reason the brigade names', async () => {
    const [anna, ben, trusted, moderator] = [
      await enroll(),
      await enroll(),
      await enroll(),
      await enroll('moderator'),
    ];
    await kit.moderation.reports.trust(kit.system, {
      userId: trusted.id,
      trusted: true,
      reason: 'a public body',
    });
    clock.advance(30 * DAY_MS);
    const benign = await kit.posts.create(anna.actor, { text: 'my holiday pictures' });
    const bad = await kit.posts.create(ben.actor, { text: 'cheap copies, buy now' });
    for (const attacker of await enrollMany(30)) await report(attacker, benign.id, 'violence.graphic');
    await kit.idle();
    clock.advance(60 * 60_000);
    await report(trusted, bad.id, 'misleading.spam');
    await kit.idle();
    expect((await queueOf(moderator)).map(({ subject, trusted: first }) => [subject.id, first])).toEqual([
      [bad.id, true],
      [benign.id, false],
    ]);
    expect((await kit.posts.get(ben.actor, { postId: benign.id })).status).toBe('published');
  });

  it('18: five hundred reports of one reporter count once and trip the limit', async () => {
    const [anna, reporter, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    clock.advance(30 * DAY_MS);
    const { id } = await kit.posts.create(anna.actor, { text: 'once is enough' });
    let counted = 0;
    let refused = 0;
    for (let n = 0; n < 500; n++)
      try {
        if ((await report(reporter, id)).isNew) counted++;
      } catch (error) {
        if (!isSocialError(error) || error.code !== 'report.too_many') throw error;
        expect(error.retryAfterMs).toBeGreaterThan(0);
        refused++;
      }
    await kit.idle();
    expect([counted, refused]).toEqual([1, 480]);
    const [one, ...others] = await queueOf(moderator);
    expect(others).toEqual([]);
    expect(one).toMatchObject({ reportCount: 1 });
    expect(await weightOf(moderator, one?.id ?? '')).toBeLessThanOrEqual(MAX_CROWD_WEIGHT);
  });

  it('16: an approved post that is edited is another revision, and is looked at again', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'harmless words' });
    const approve = async () => {
      const { claim } = await kit.moderation.cases.claim(moderator.actor, {});
      if (!claim) throw new Error('there is no case');
      const verdict = { decision: 'approve', reason: 'harmless' } as const;
      await kit.moderation.cases.decide(moderator.actor, {
        caseId: claim.case.id,
        token: claim.token,
        verdict,
      });
      await kit.idle();
    };
    await report(ben, id);
    await kit.idle();
    await approve();
    // The same again by somebody else: somebody has looked at just this.
    const carl = await enroll();
    await report(carl, id);
    await kit.idle();
    expect(await queueOf(moderator)).toEqual([]);
    expect((await kit.moderation.reports.mine(carl.actor, {})).items).toMatchObject([{ state: 'declined' }]);
    await kit.posts.edit(anna.actor, { postId: id, text: 'not so harmless words' });
    await report(ben, id);
    await kit.idle();
    expect(await queueOf(moderator)).toHaveLength(1);
  });

  it('keeps what a muted reporter says, and lets it count nothing', async () => {
    const [anna, reporter, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'leave me alone' });
    const muted = { userId: reporter.id, durationMs: DAY_MS, reason: 'reports everything' };
    await expect(kit.moderation.reports.mute(reporter.actor, muted)).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    await kit.moderation.reports.mute(moderator.actor, muted);
    await report(reporter, id);
    await kit.idle();
    expect(await queueOf(moderator)).toEqual([]);
    expect((await kit.moderation.reports.mine(reporter.actor, {})).items).toMatchObject([{ state: 'open' }]);
    const admin = await enroll('admin');
    await expect(
      kit.moderation.reports.mute(moderator.actor, { ...muted, userId: admin.id }),
    ).rejects.toMatchObject({ code: 'account.outranked' });
  });
});
