import { type Actor, createFakeClock, type Id } from '@socialkit/core';
import { balancedV1 } from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const INSULT = 'you are such a stupid b i t c h, shut up you piece of shit';
const DAY_MS = 24 * 60 * 60_000;

describe('a kit that moderates with nothing but defaults', () => {
  let kit: SocialKit;
  const clock = createFakeClock();
  afterEach(() => kit.close());
  beforeEach(async () => {
    kit = await createSocialKit({
      database: 'memory',
      clock,
      moderation: { review: { qualityShare: 0, queues: { hate: { slaMs: DAY_MS } } } },
    });
  });

  let made = 0;
  const enroll = async (role?: string) => {
    const handle = `person_${made++}`;
    const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
    if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
    const actor: Actor = (await kit.actorFor({ accountId: id })) ?? kit.actor(id);
    return { id, actor, handle };
  };
  const report = (by: { readonly actor: Actor }, id: Id, reason = 'misleading.spam' as const) =>
    kit.moderation.reports.create(by.actor, { subject: { kind: 'post', id }, reason });
  const claim = async (by: { readonly actor: Actor }, queue?: string) => {
    const { claim: given } = await kit.moderation.cases.claim(by.actor, queue ? { queue } : {});
    if (!given) throw new Error('there is no case');
    return given;
  };
  type Verdict = Parameters<SocialKit['moderation']['cases']['decide']>[1]['verdict'];
  const verdict = (decision: 'approve' | 'restrict'): Verdict =>
    decision === 'approve'
      ? { decision, reason: 'harmless' }
      : { decision, reason: 'against the rules', measures: [{ kind: 'remove' }] };

  it('holds a text for review, opens a case with reasons, and publishes it when it is approved', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const held = await kit.posts.create(anna.actor, { text: INSULT });
    expect(held.status).toBe('under_review');
    await kit.idle();
    const given = await claim(moderator);
    expect(given.case).toMatchObject({
      subject: { kind: 'post', id: held.id },
      source: 'automated',
      content: { texts: { text: INSULT } },
    });
    expect(given.case.reasons.length).toBeGreaterThan(0);
    for (const { spans } of given.case.reasons)
      for (const { start, end } of spans) expect(end > start && end <= INSULT.length).toBe(true);
    await kit.moderation.cases.decide(moderator.actor, {
      caseId: given.case.id,
      token: given.token,
      verdict: verdict('approve'),
    });
    await kit.idle();
    const seen = await kit.posts.get(ben.actor, { postId: held.id });
    expect(seen.status).toBe('published');
    const labelled = await kit.moderation.backtest(balancedV1);
    expect(labelled).toMatchObject({ cases: 1, labelled: 1 });
  });

  it('takes a reported post down, tells the reporter, and never says who reported', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'buy my course today' });
    const first = await report(ben, id);
    expect(await report(ben, id)).toEqual({ ...first, isNew: false });
    await kit.idle();
    const given = await claim(moderator);
    expect(given.case).toMatchObject({ reportCount: 1, queue: 'spam', reasons: [] });
    expect(JSON.stringify(given)).not.toContain(ben.id);
    await kit.moderation.cases.decide(moderator.actor, {
      caseId: given.case.id,
      token: given.token,
      verdict: verdict('restrict'),
    });
    await kit.idle();
    await expect(kit.posts.get(ben.actor, { postId: id })).rejects.toMatchObject({ code: 'post.not_found' });
    const { items } = await kit.moderation.reports.mine(ben.actor, {});
    expect(items).toMatchObject([{ id: first.reportId, state: 'upheld' }]);
    expect((await kit.moderation.reports.mine(anna.actor, {})).items).toEqual([]);
    const { items: ofCase } = await kit.moderation.reports.ofCase(moderator.actor, { caseId: given.case.id });
    expect(ofCase).toMatchObject([{ reporterId: ben.id, weight: 1 }]);
    // The next report of somebody who was right weighs more.
    const again = await kit.posts.create(anna.actor, { text: 'another course' });
    await report(ben, again.id);
    await kit.idle();
    const next = await claim(moderator);
    const [weighed] = (await kit.moderation.reports.ofCase(moderator.actor, { caseId: next.case.id })).items;
    expect(weighed?.weight).toBeGreaterThan(1);
  });

  it('lets nobody report what he does not see, or his own', async () => {
    const [anna, ben] = [await enroll(), await enroll()];
    const { id } = await kit.posts.create(anna.actor, { text: 'for me', visibility: 'private' });
    await expect(report(ben, id)).rejects.toMatchObject({ code: 'post.not_found' });
    await expect(report(anna, id)).rejects.toMatchObject({ code: 'report.own_content' });
    await expect(report(ben, '12345')).rejects.toMatchObject({ code: 'post.not_found' });
    const { id: seen } = await kit.posts.create(anna.actor, { text: 'for all' });
    await kit.graph.block(anna.actor, { userId: ben.id });
    await expect(report(ben, seen)).rejects.toMatchObject({ code: 'post.not_found' });
  });

  it('refuses a verdict about a post that was edited, and opens a case for what it says now', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'the first words' });
    await report(ben, id);
    await kit.idle();
    const given = await claim(moderator);
    await kit.posts.edit(anna.actor, { postId: id, text: 'quite other words' });
    const decide = (of: typeof given, decision: 'approve' | 'restrict') =>
      kit.moderation.cases.decide(moderator.actor, {
        caseId: of.case.id,
        token: of.token,
        verdict: verdict(decision),
      });
    await expect(decide(given, 'approve')).rejects.toMatchObject({
      code: expect.stringMatching(/stale|closed/),
    });
    await kit.idle();
    const next = await claim(moderator);
    expect(next.case.id).not.toBe(given.case.id);
    expect(next.case).toMatchObject({ reportCount: 1, content: { texts: { text: 'quite other words' } } });
    await expect(decide(given, 'approve')).rejects.toMatchObject({ code: 'case.closed' });
    expect(await decide(next, 'restrict')).toMatchObject({ state: 'decided' });
    await kit.idle();
    expect((await kit.moderation.reports.mine(ben.actor, {})).items).toMatchObject([{ state: 'upheld' }]);
  });

  it('takes along to an edited post what was reported before, and tells reporters of one that is gone', async () => {
    const [anna, ben, carl, moderator] = [
      await enroll(),
      await enroll(),
      await enroll(),
      await enroll('moderator'),
    ];
    const { id } = await kit.posts.create(anna.actor, { text: 'I will find you' });
    const worst = { subject: { kind: 'post', id }, reason: 'violence.threat' } as const;
    await kit.moderation.reports.create(ben.actor, worst);
    await kit.idle();
    // The next report comes before anybody has heard of the edit.
    await Promise.all([
      kit.posts.edit(anna.actor, { postId: id, text: 'I will find you a nice present' }),
      report(carl, id),
    ]);
    await kit.idle();
    const { items } = await kit.moderation.cases.list(moderator.actor, {});
    expect(items).toMatchObject([{ queue: 'threat', severity: 4, reportCount: 2 }]);
    const { items: reports } = await kit.moderation.reports.ofCase(moderator.actor, {
      caseId: items[0]?.id ?? '',
    });
    expect(reports.map(({ reporterId }) => reporterId).sort()).toEqual([ben.id, carl.id].sort());
    await kit.posts.delete(anna.actor, { postId: id });
    await kit.idle();
    expect((await kit.moderation.cases.list(moderator.actor, {})).items).toEqual([]);
    for (const { actor } of [ben, carl])
      expect((await kit.moderation.reports.mine(actor, {})).items).toMatchObject([{ state: 'moot' }]);
  });

  it('keeps a case over changes that leave the words as they are', async () => {
    const [anna, ben, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'pin me' });
    await report(ben, id);
    await kit.idle();
    const given = await claim(moderator);
    await kit.posts.setCommentPolicy(anna.actor, { postId: id, commentPolicy: 'nobody' });
    await kit.idle();
    expect(
      await kit.moderation.cases.decide(moderator.actor, {
        caseId: given.case.id,
        token: given.token,
        verdict: verdict('restrict'),
      }),
    ).toMatchObject({ state: 'decided' });
  });

  it('gives a case to nobody who wrote it, reported it, or stands below its author', async () => {
    const [anna, moderator, other, admin] = [
      await enroll(),
      await enroll('moderator'),
      await enroll('moderator'),
      await enroll('admin'),
    ];
    const own = await kit.posts.create(moderator.actor, { text: 'my own words' });
    await report(anna, own.id);
    await kit.idle();
    // Of an equal rank, and his own.
    for (const actor of [moderator.actor, other.actor])
      expect(await kit.moderation.cases.claim(actor, {})).toEqual({ claim: null });
    const given = await claim(admin);
    await kit.moderation.cases.release(admin.actor, { caseId: given.case.id, token: given.token });
    await expect(
      kit.moderation.cases.decideMany(moderator.actor, {
        caseIds: [given.case.id],
        verdict: verdict('approve'),
      }),
    ).resolves.toMatchObject({
      items: [{ ok: false, code: expect.stringMatching(/not_for_you|outranked/) }],
    });
    const { id } = await kit.posts.create(anna.actor, { text: 'somebody else' });
    await report(other, id);
    await kit.idle();
    expect(await kit.moderation.cases.claim(other.actor, {})).toEqual({ claim: null });
    expect((await claim(moderator)).case.subject.id).toBe(id);
  });

  it('asks two of three where a queue wants it, and escalates when they disagree', async () => {
    await kit.close();
    kit = await createSocialKit({
      database: 'memory',
      clock,
      moderation: {
        review: { qualityShare: 0, queues: { spam: { slaMs: DAY_MS, quorum: { agree: 2, of: 2 } } } },
      },
    });
    const [anna, ben, one, two, admin] = [
      await enroll(),
      await enroll(),
      await enroll('moderator'),
      await enroll('moderator'),
      await enroll('admin'),
    ];
    const say = async (by: { readonly actor: Actor }, decision: 'approve' | 'restrict') => {
      const given = await claim(by);
      return kit.moderation.cases.decide(by.actor, {
        caseId: given.case.id,
        token: given.token,
        verdict: verdict(decision),
      });
    };
    const agreed = await kit.posts.create(anna.actor, { text: 'buy this' });
    await report(ben, agreed.id);
    await kit.idle();
    expect(await say(one, 'restrict')).toMatchObject({ state: 'open' });
    expect(await kit.moderation.cases.claim(one.actor, {})).toEqual({ claim: null });
    expect(await say(two, 'restrict')).toMatchObject({ state: 'decided' });
    const split = await kit.posts.create(anna.actor, { text: 'buy that' });
    await report(ben, split.id);
    await kit.idle();
    expect(await say(one, 'restrict')).toMatchObject({ state: 'open' });
    expect(await say(two, 'approve')).toMatchObject({ state: 'escalated' });
    expect((await kit.posts.get(ben.actor, { postId: split.id })).status).toBe('published');
    expect(await say(admin, 'restrict')).toMatchObject({ state: 'decided' });
    await expect(kit.posts.get(ben.actor, { postId: split.id })).rejects.toMatchObject({
      code: 'post.not_found',
    });
  });

  it('passes on what is skipped, escalates it after three, and says when time is over', async () => {
    const breaches: string[] = [];
    kit.on('case.breached', ({ payload }) => void breaches.push(payload.caseId));
    const [anna, ben, admin] = [await enroll(), await enroll(), await enroll('admin')];
    const moderators = [await enroll('moderator'), await enroll('moderator'), await enroll('moderator')];
    const { id } = await kit.posts.create(anna.actor, { text: 'in no language I know' });
    await report(ben, id);
    await kit.idle();
    let caseId = '';
    for (const by of moderators) {
      const given = await claim(by);
      caseId = given.case.id;
      await kit.moderation.cases.skip(by.actor, { caseId, token: given.token, reason: 'not my language' });
    }
    expect(await kit.moderation.cases.claim((await enroll('moderator')).actor, {})).toEqual({ claim: null });
    expect((await claim(admin)).case).toMatchObject({ id: caseId, state: 'escalated' });
    clock.advance(3 * DAY_MS);
    kit.worker();
    await kit.idle();
    await kit.identity.me(anna.actor, {});
    await expect.poll(() => breaches, { timeout: 5000 }).toEqual([caseId]);
    expect((await kit.moderation.cases.get(admin.actor, { caseId })).breachedAt).not.toBeNull();
  });

  it('takes no verdict of somebody whose claim was given to another, and keeps the claim of who says he is there', async () => {
    const [anna, ben, late, next] = [
      await enroll(),
      await enroll(),
      await enroll('moderator'),
      await enroll('moderator'),
    ];
    const { id } = await kit.posts.create(anna.actor, { text: 'twice looked at' });
    await report(ben, id);
    await kit.idle();
    const first = await claim(late);
    const held = { caseId: first.case.id, token: first.token };
    clock.advance(9 * 60_000);
    const { until } = await kit.moderation.cases.extend(late.actor, held);
    expect(until).toBe(clock.now() + 10 * 60_000);
    clock.advance(9 * 60_000);
    expect(await kit.moderation.cases.claim(next.actor, {})).toEqual({ claim: null });
    clock.advance(2 * 60_000);
    const second = await claim(next);
    expect(second.case.id).toBe(first.case.id);
    const lost = { code: 'case.claim_lost' };
    await expect(kit.moderation.cases.extend(late.actor, held)).rejects.toMatchObject(lost);
    for (const token of [first.token, second.token])
      await expect(
        kit.moderation.cases.decide(late.actor, { ...held, token, verdict: verdict('restrict') }),
      ).rejects.toMatchObject(lost);
    expect((await kit.posts.get(ben.actor, { postId: id })).status).toBe('published');
    await kit.moderation.cases.decide(next.actor, {
      caseId: second.case.id,
      token: second.token,
      verdict: verdict('restrict'),
    });
  });

  it('shows what concerns children to those who may see it, and nothing of it unasked', async () => {
    const [anna, ben, moderator, admin] = [
      await enroll(),
      await enroll(),
      await enroll('moderator'),
      await enroll('admin'),
    ];
    const { id } = await kit.posts.create(anna.actor, { text: 'a picture' });
    const { reportId } = await kit.moderation.reports.create(ben.actor, {
      subject: { kind: 'post', id },
      reason: 'child_safety.other',
    });
    await kit.idle();
    expect(reportId).toMatch(/^\d+$/);
    expect(await kit.moderation.cases.claim(moderator.actor, {})).toEqual({ claim: null });
    expect((await kit.moderation.cases.list(moderator.actor, {})).items).toEqual([]);
    const given = await claim(admin);
    expect(given.case).toMatchObject({
      queue: 'child-safety',
      severity: 4,
      care: { preview: false, blur: true },
    });
    const caseId = given.case.id;
    await kit.moderation.cases.release(admin.actor, { caseId, token: given.token });
    await expect(kit.moderation.cases.get(moderator.actor, { caseId })).rejects.toMatchObject({
      code: 'case.not_found',
    });
    await expect(kit.moderation.reports.ofCase(moderator.actor, { caseId })).rejects.toMatchObject({
      code: 'case.not_found',
    });
    const { items } = await kit.moderation.cases.decideMany(moderator.actor, {
      caseIds: [caseId],
      verdict: verdict('approve'),
    });
    expect(items).toMatchObject([{ ok: false, code: 'actor.missing_permission' }]);
    await expect(kit.moderation.cases.list(ben.actor, {})).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
  });

  it('lets a second person look blindly, and somebody of standing decide when they differ', async () => {
    await kit.close();
    kit = await createSocialKit({ database: 'memory', clock, moderation: { review: { qualityShare: 1 } } });
    const [anna, ben, one, two, admin] = [
      await enroll(),
      await enroll(),
      await enroll('moderator'),
      await enroll('moderator'),
      await enroll('admin'),
    ];
    const { id } = await kit.posts.create(anna.actor, { text: 'is this an offer?' });
    await report(ben, id);
    await kit.idle();
    const say = async (by: { readonly actor: Actor }, decision: 'approve' | 'restrict') => {
      const given = await claim(by);
      expect(given.case).toMatchObject({ lane: 'review', verdict: null });
      await kit.moderation.cases.decide(by.actor, {
        caseId: given.case.id,
        token: given.token,
        verdict: verdict(decision),
      });
      await kit.idle();
    };
    await say(one, 'restrict');
    expect(await kit.moderation.cases.claim(one.actor, {})).toEqual({ claim: null });
    await say(two, 'approve');
    // A look by somebody else changes nothing yet.
    await expect(kit.posts.get(ben.actor, { postId: id })).rejects.toMatchObject({ code: 'post.not_found' });
    await say(admin, 'approve');
    expect((await kit.posts.get(ben.actor, { postId: id })).status).toBe('published');
    const { overturned } = await kit.moderation.cases.stats(admin.actor, {});
    expect(overturned).toContainEqual({ by: 'moderator', name: one.id, decided: 1, overturned: 1 });
  });

  it('decides copies of one text together', async () => {
    const [ben, moderator] = [await enroll(), await enroll('moderator')];
    const copies: Id[] = [];
    for (let n = 0; n < 3; n++) {
      const text = `Hello friends, earn ${n}00 dollars a day with my wonderful method, ask me how`;
      const { id } = await kit.posts.create((await enroll()).actor, { text });
      copies.push(id);
      await report(ben, id);
    }
    await kit.idle();
    const given = await claim(moderator, 'spam');
    const { items } = await kit.moderation.cases.near(moderator.actor, { caseId: given.case.id, by: 'text' });
    expect(items).toHaveLength(2);
    const { items: outcomes } = await kit.moderation.cases.decideMany(moderator.actor, {
      caseIds: [given.case.id, ...items.map(({ id }) => id)],
      verdict: verdict('restrict'),
    });
    expect(outcomes.map(({ ok, state }) => [ok, state])).toEqual([
      [true, 'decided'],
      [true, 'decided'],
      [true, 'decided'],
    ]);
    for (const id of copies)
      await expect(kit.posts.get(ben.actor, { postId: id })).rejects.toMatchObject({
        code: 'post.not_found',
      });
  });
});
