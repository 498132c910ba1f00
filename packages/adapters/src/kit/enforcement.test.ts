import { type Actor, createFakeClock, type GateVerdict, type Id } from '@socialkit/core';
import { loadPolicy, recordOf, recordSchema, TERRITORIES, transparencyReport } from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const DAY = 86_400_000;
const WINDOW = 183 * DAY;

let kit: SocialKit;
const clock = createFakeClock();
afterEach(() => kit.close());
beforeEach(async () => {
  clock.set(Date.UTC(2026, 0, 1, 12));
  kit = await createSocialKit({ database: 'memory', clock, moderation: {} });
});

interface Person {
  readonly id: Id;
  readonly actor: Actor;
}

const enroll = async (handle: string, role?: string): Promise<Person> => {
  const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
  if (role === undefined) return { id, actor: kit.actor(id) };
  await kit.identity.assignRole(kit.system, { userId: id, role, reason: 'hired' });
  const actor = await kit.actorFor({ accountId: id });
  if (!actor) throw new Error('no actor');
  return { id, actor };
};

type Kind = 'label' | 'blur' | 'limit' | 'demote' | 'remove' | 'suspend';

const restrict = async (
  staff: Actor,
  subject: {
    readonly kind: 'post' | 'comment' | 'message' | 'account' | 'conversation';
    readonly id: string;
  },
  kind: Kind,
  more: { readonly until?: number; readonly revision?: number; readonly strike?: number } = {},
) => {
  const { strike = 0, until = null } = more;
  const revision = more.revision ?? (await revisionOf(subject));
  const { items } = await kit.moderation.measures.apply(staff, {
    subject,
    revision,
    measures: [{ kind, until }],
    strike,
    category: 'spam',
    explanation: 'It repeats itself.',
  });
  return items;
};

const revisionOf = async ({ kind, id }: { readonly kind: string; readonly id: string }): Promise<number> => {
  if (kind === 'account') return (await kit.identity.inspect(kit.system, { userId: id })).revision;
  if (kind === 'post') return (await kit.posts.get(kit.actor(owners.get(id) ?? ''), { postId: id })).revision;
  return 1;
};
const owners = new Map<Id, Id>();

const post = async (author: Person, text: string): Promise<Id> => {
  const { id } = await kit.posts.create(author.actor, { text });
  owners.set(id, author.id);
  return id;
};

const statementsOf = async ({ actor }: Person) => (await kit.moderation.statements.list(actor, {})).items;
const canSee = (viewer: Actor, postId: Id) =>
  kit.posts.get(viewer, { postId }).then(
    (view) => view.status,
    (error: { code: string }) => error.code,
  );

describe('measures', () => {
  it('take a post down with a statement, and put it back as it was', async () => {
    const [ann, ben, mod] = [await enroll('ann'), await enroll('ben'), await enroll('mira', 'admin')];
    const postId = await post(ann, 'buy #tea now');
    const [measure] = await restrict(mod.actor, { kind: 'post', id: postId }, 'remove');
    expect([await canSee(ben.actor, postId), await canSee(ann.actor, postId)]).toEqual([
      'post.not_found',
      'flagged',
    ]);
    const [statement] = await statementsOf(ann);
    expect(statement).toMatchObject({
      id: measure?.id,
      subject: { kind: 'post', id: postId },
      kind: 'remove',
      enforcement: 'removed',
      source: 'own_initiative',
      automatedDecision: 'none',
      explanation: 'It repeats itself.',
      redress: { state: 'none', appealableUntil: clock.now() + WINDOW },
    });
    expect(statement?.text).toContain('We took down your post');
    expect(statement?.text).toContain('July 3, 2026');
    // Nobody else reads it, and nothing of it says who decided.
    expect(await statementsOf(ben)).toEqual([]);
    await expect(
      kit.moderation.statements.get(ben.actor, { statementId: statement?.id ?? '' }),
    ).rejects.toMatchObject({ code: 'statement.not_found' });
    expect(JSON.stringify(statement)).not.toContain(mod.id);

    const undone = { measureId: measure?.id ?? '', reason: 'an error' };
    expect(await kit.moderation.measures.reverse(mod.actor, undone)).toEqual({ changed: true });
    expect(await kit.moderation.measures.reverse(mod.actor, undone)).toEqual({ changed: false });
    expect(await canSee(ben.actor, postId)).toBe('published');
    expect((await statementsOf(ann))[0]).toMatchObject({ enforcement: 'none', end: 'reversed' });
  });

  it('hold on as long as one of two decisions asks for them', async () => {
    const [ann, ben, mod] = [await enroll('ann'), await enroll('ben'), await enroll('mira', 'admin')];
    const postId = await post(ann, 'tea');
    const [first] = await restrict(mod.actor, { kind: 'post', id: postId }, 'remove');
    const [second] = await restrict(mod.actor, { kind: 'post', id: postId }, 'remove');
    const reverse = (id = '') =>
      kit.moderation.measures.reverse(mod.actor, { measureId: id, reason: 'an error' });
    await reverse(first?.id);
    expect(await canSee(ben.actor, postId)).toBe('post.not_found');
    await reverse(second?.id);
    expect(await canSee(ben.actor, postId)).toBe('published');
  });

  it('are made once for one idempotency key', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const call = {
      subject: { kind: 'post' as const, id: await post(ann, 'tea') },
      revision: 1,
      measures: [{ kind: 'blur' as const }],
      category: 'nsfw',
      explanation: 'It shows skin.',
      idempotencyKey: 'k',
    };
    const first = await kit.moderation.measures.apply(mod.actor, call);
    expect(await kit.moderation.measures.apply(mod.actor, call)).toEqual(first);
    expect(await statementsOf(ann)).toHaveLength(1);
    await expect(
      kit.moderation.measures.apply(mod.actor, { ...call, category: 'spam' }),
    ).rejects.toMatchObject({ code: 'idempotency.mismatch' });
  });

  it('label posts, comments, groups and accounts; an edit does not wash the label off', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const postId = await post(ann, 'tea');
    const comment = await kit.comments.create(ann.actor, { postId, text: 'and cake' });
    const group = await kit.conversations.createGroup(ann.actor, { title: 'tea', userIds: [] });
    const labelOf = {
      post: async () => (await kit.posts.get(ann.actor, { postId })).label,
      comment: async () => (await kit.comments.get(ann.actor, { commentId: comment.id })).label,
      conversation: async () => (await kit.conversations.get(ann.actor, { conversationId: group.id })).label,
      account: async () => (await kit.identity.get(ann.actor, { userId: ann.id })).label,
    };
    const ids = { post: postId, comment: comment.id, conversation: group.id, account: ann.id };
    for (const kind of ['post', 'comment', 'conversation', 'account'] as const) {
      const [measure] = await restrict(mod.actor, { kind, id: ids[kind] }, 'blur');
      expect(await labelOf[kind](), kind).toBe('sensitive');
      if (kind === 'post') await kit.posts.edit(ann.actor, { postId, text: 'more tea' });
      if (kind === 'comment') await kit.comments.edit(ann.actor, { commentId: comment.id, text: 'cakes' });
      if (kind === 'account') await kit.identity.updateProfile(ann.actor, { bio: 'tea' });
      expect(await labelOf[kind](), `${kind}, edited`).toBe('sensitive');
      await kit.moderation.measures.reverse(mod.actor, { measureId: measure?.id ?? '', reason: 'fine' });
      expect(await labelOf[kind](), `${kind}, reversed`).toBe(null);
    }
  });

  it('limit and suspend accounts for a time, and the strongest that holds decides', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const state = async () => (await kit.identity.inspect(kit.system, { userId: ann.id })).state;
    const subject = { kind: 'account' as const, id: ann.id };
    await restrict(mod.actor, subject, 'limit', { until: clock.now() + 10 * DAY });
    await restrict(mod.actor, subject, 'suspend', { until: clock.now() + 2 * DAY });
    expect(await state()).toBe('suspended');
    // Whoever is suspended still reads why, and can appeal.
    expect(await statementsOf(ann)).toHaveLength(2);
    await kit.idle();
    clock.advance(2 * DAY);
    await kit.idle();
    expect(await state()).toBe('limited');
    clock.advance(8 * DAY);
    await kit.idle();
    expect(await state()).toBe('active');
    expect((await statementsOf(ann)).map(({ end }) => end)).toEqual(['expired', 'expired']);
  });

  it('take messages down, for everybody at once', async () => {
    const [ann, ben, mod] = [await enroll('ann'), await enroll('ben'), await enroll('mira', 'admin')];
    const { id: conversationId } = await kit.conversations.openDirect(ann.actor, { userId: ben.id });
    const { message } = await kit.messages.send(ann.actor, { conversationId, text: 'tea?', clientId: 'a' });
    const subject = { kind: 'message' as const, id: `${conversationId}:${message.seq}` };
    const [measure] = await restrict(mod.actor, subject, 'remove');
    const texts = async () =>
      (await kit.messages.history(ben.actor, { conversationId })).items.map((one) =>
        'text' in one ? one.text : '',
      );
    expect(await texts()).not.toContain('tea?');
    await kit.moderation.measures.reverse(mod.actor, { measureId: measure?.id ?? '', reason: 'fine' });
    expect(await texts()).toContain('tea?');
  });

  it('refuse a stale revision, what means nothing for the kind, and equal ranks', async () => {
    const [ann, mod, peer] = [
      await enroll('ann'),
      await enroll('mira', 'admin'),
      await enroll('peer', 'admin'),
    ];
    const postId = await post(ann, 'tea');
    const subject = { kind: 'post' as const, id: postId };
    await kit.posts.edit(ann.actor, { postId, text: 'coffee' });
    await expect(restrict(mod.actor, subject, 'remove', { revision: 1 })).rejects.toMatchObject({
      code: 'subject.stale_revision',
    });
    await expect(restrict(mod.actor, subject, 'suspend')).rejects.toMatchObject({
      code: 'measure.not_applicable',
    });
    await expect(restrict(mod.actor, subject, 'remove', { until: clock.now() })).rejects.toMatchObject({
      code: 'measure.in_the_past',
    });
    for (const id of [peer.id, mod.id])
      await expect(restrict(mod.actor, { kind: 'account', id }, 'limit')).rejects.toMatchObject({
        code: 'account.outranked',
      });
    await expect(restrict(ann.actor, subject, 'remove')).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    expect(await statementsOf(ann)).toEqual([]);
    expect(await canSee(ann.actor, postId)).toBe('published');
  });

  it('purge what is still down when nobody can appeal any more, and keep it while an appeal waits', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const [gone, kept] = [await post(ann, 'tea'), await post(ann, 'coffee')];
    await restrict(mod.actor, { kind: 'post', id: gone }, 'remove');
    const [measure] = await restrict(mod.actor, { kind: 'post', id: kept }, 'remove');
    await kit.idle();
    await kit.moderation.appeals.file(ann.actor, { statementId: measure?.id ?? '', text: 'it is coffee' });
    clock.advance(WINDOW - 1);
    await kit.idle();
    expect((await kit.posts.get(ann.actor, { postId: gone })).text).toBe('tea');
    clock.advance(2);
    await kit.idle();
    expect(await canSee(ann.actor, gone)).toBe('post.not_found');
    expect((await kit.posts.get(ann.actor, { postId: kept })).text).toBe('coffee');
    clock.advance(3 * DAY);
    await kit.idle();
    expect((await kit.posts.get(ann.actor, { postId: kept })).text).toBe('coffee');
  });
});

describe('strikes', () => {
  it('add up to a limit, are taken back with their decision, and take back what they led to', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const state = async () => (await kit.identity.inspect(kit.system, { userId: ann.id })).state;
    const decisions: string[] = [];
    for (const text of ['one', 'two']) {
      const id = await post(ann, text);
      const [measure] = await restrict(mod.actor, { kind: 'post', id }, 'remove', { strike: 2 });
      decisions.push(measure?.id ?? '');
    }
    expect(await state()).toBe('limited');
    expect(await kit.moderation.strikes.mine(ann.actor, {})).toMatchObject({ points: 4 });
    expect((await statementsOf(ann))[0]).toMatchObject({
      kind: 'limit',
      subject: { kind: 'account', id: ann.id },
      until: clock.now() + 7 * DAY,
    });
    await kit.moderation.measures.reverse(mod.actor, { measureId: decisions[0] ?? '', reason: 'an error' });
    expect(await kit.moderation.strikes.mine(ann.actor, {})).toMatchObject({ points: 2 });
    expect(await state()).toBe('active');
    clock.advance(91 * DAY);
    expect(await kit.moderation.strikes.mine(ann.actor, {})).toMatchObject({ points: 0 });
  });
});

describe('appeals', () => {
  const judge = async (
    staff: Person,
    decision: 'uphold' | 'overturn' | 'approve' | 'restrict',
    queue?: string,
  ) => {
    const { claim } = await kit.moderation.cases.claim(staff.actor, queue === undefined ? {} : { queue });
    if (!claim) return null;
    await kit.moderation.cases.decide(staff.actor, {
      caseId: claim.case.id,
      token: claim.token,
      verdict: {
        decision,
        reason: 'I have looked at it.',
        measures: decision === 'restrict' ? [{ kind: 'remove' }] : [],
      },
    });
    return claim.case.id;
  };

  it('are decided by somebody else, once, with an answer, and take everything back', async () => {
    const [ann, ben] = [await enroll('ann'), await enroll('ben')];
    const [mod, second] = [await enroll('mira', 'admin'), await enroll('second', 'admin')];
    const postId = await post(ann, 'tea');
    const [measure] = await restrict(mod.actor, { kind: 'post', id: postId }, 'remove', { strike: 1 });
    const statementId = measure?.id ?? '';
    await expect(
      kit.moderation.appeals.file(ben.actor, { statementId, text: 'let her' }),
    ).rejects.toMatchObject({ code: 'statement.not_found' });
    const filed = await kit.moderation.appeals.file(ann.actor, { statementId, text: 'it is just tea' });
    expect(filed).toMatchObject({ state: 'pending', party: 'author', answer: null });
    await expect(
      kit.moderation.appeals.file(ann.actor, { statementId, text: 'again' }),
    ).rejects.toMatchObject({ code: 'appeal.already_made' });
    expect((await statementsOf(ann))[0]).toMatchObject({ redress: { state: 'pending' } });
    await kit.idle();

    // The first reviewer gets no appeal against himself, and cannot decide it either.
    expect(await judge(mod, 'uphold', 'appeals')).toBeNull();
    expect(await judge(second, 'overturn', 'appeals')).not.toBeNull();
    await kit.idle();
    expect(await canSee(ben.actor, postId)).toBe('published');
    expect((await kit.moderation.appeals.list(ann.actor, {})).items).toMatchObject([
      { id: filed.id, state: 'overturned', answer: 'I have looked at it.', decidedAt: clock.now() },
    ]);
    expect(await kit.moderation.strikes.mine(ann.actor, {})).toMatchObject({ points: 0 });
    const [statement] = await statementsOf(ann);
    expect(statement).toMatchObject({ enforcement: 'none', redress: { state: 'resolved' } });
    // Nothing the author reads says who decided.
    const read = JSON.stringify([statement, await kit.moderation.appeals.list(ann.actor, {})]);
    for (const { id } of [mod, second]) expect(read).not.toContain(id);
  });

  it('are made within the window, against what holds, and leave a decision that stands', async () => {
    const [ann, mod, second] = [
      await enroll('ann'),
      await enroll('mira', 'admin'),
      await enroll('second', 'admin'),
    ];
    const make = async () => {
      const id = await post(ann, 'tea');
      const [measure] = await restrict(mod.actor, { kind: 'post', id }, 'demote');
      return { id, statementId: measure?.id ?? '' };
    };
    const [late, ended, stands] = [await make(), await make(), await make()];
    await kit.moderation.measures.reverse(mod.actor, { measureId: ended.statementId, reason: 'fine' });
    await expect(
      kit.moderation.appeals.file(ann.actor, { statementId: ended.statementId, text: 'why' }),
    ).rejects.toMatchObject({ code: 'appeal.superseded' });
    await kit.moderation.appeals.file(ann.actor, { statementId: stands.statementId, text: 'why' });
    await judge(second, 'uphold', 'appeals');
    expect((await kit.moderation.appeals.list(ann.actor, {})).items).toMatchObject([{ state: 'upheld' }]);
    clock.advance(WINDOW);
    await expect(
      kit.moderation.appeals.file(ann.actor, { statementId: late.statementId, text: 'why' }),
    ).rejects.toMatchObject({ code: 'appeal.too_late' });
    const states = (await statementsOf(ann)).map(({ redress }) => redress.state);
    expect(states).toEqual(['resolved', 'superseded', 'expired']);
  });

  it('end when what they are about ends', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const id = await post(ann, 'tea');
    const [measure] = await restrict(mod.actor, { kind: 'post', id }, 'remove');
    await kit.moderation.appeals.file(ann.actor, { statementId: measure?.id ?? '', text: 'why' });
    await kit.moderation.measures.reverse(mod.actor, { measureId: measure?.id ?? '', reason: 'fine' });
    await kit.idle();
    expect((await kit.moderation.appeals.list(ann.actor, {})).items).toMatchObject([
      { state: 'superseded', answer: null },
    ]);
  });

  it('of a reporter make somebody else look at what was left', async () => {
    const [ann, ben] = [await enroll('ann'), await enroll('ben')];
    const [mod, second] = [await enroll('mira', 'admin'), await enroll('second', 'admin')];
    const postId = await post(ann, 'buy this');
    const { reportId } = await kit.moderation.reports.create(ben.actor, {
      subject: { kind: 'post', id: postId },
      reason: 'misleading.spam',
    });
    await kit.idle();
    await expect(
      kit.moderation.appeals.fileAboutReport(ben.actor, { reportId, text: 'look' }),
    ).rejects.toMatchObject({ code: 'appeal.under_review' });
    await judge(mod, 'approve');
    await kit.idle();
    await expect(
      kit.moderation.appeals.fileAboutReport(ann.actor, { reportId, text: 'look' }),
    ).rejects.toMatchObject({ code: 'report.not_found' });
    await kit.moderation.appeals.fileAboutReport(ben.actor, { reportId, text: 'look again' });
    await kit.idle();
    expect(await judge(mod, 'uphold', 'appeals')).toBeNull();
    const { claim } = await kit.moderation.cases.claim(second.actor, { queue: 'appeals' });
    await kit.moderation.cases.decide(second.actor, {
      caseId: claim?.case.id ?? '',
      token: claim?.token ?? 0,
      verdict: { decision: 'overturn', reason: 'It is an advertisement.' },
    });
    // What is to be done is for a third person: neither of the two gets the case.
    for (const staff of [mod, second]) expect(await judge(staff, 'restrict')).toBeNull();
    expect(await judge(await enroll('third', 'admin'), 'restrict')).not.toBeNull();
    expect(await canSee(ben.actor, postId)).toBe('post.not_found');
    expect((await statementsOf(ann))[0]).toMatchObject({ kind: 'remove', source: 'notice' });
    expect((await kit.moderation.appeals.list(ben.actor, {})).items).toMatchObject([
      { party: 'reporter', state: 'overturned', answer: 'It is an advertisement.' },
    ]);
  });
});

describe('what the content gate restricts', () => {
  it('has a statement on every surface, and an edit that passes takes it back', async () => {
    await kit.close();
    let verdict: GateVerdict = { decision: 'allow' };
    kit = await createSocialKit({
      database: 'memory',
      clock,
      contentGate: { review: async () => verdict },
      messages: { moderated: true },
    });
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const { id: conversationId } = await kit.conversations.createGroup(ann.actor, {
      title: 'cups',
      userIds: [],
    });
    const base = await post(ann, 'tea');

    verdict = { decision: 'blur', label: 'nsfw', reasons: ['skin'] };
    const postId = await post(ann, 'more tea');
    const comment = await kit.comments.create(ann.actor, { postId: base, text: 'and cake' });
    const group = await kit.conversations.createGroup(ann.actor, { title: 'tea', userIds: [] });
    const sent = await kit.messages.send(ann.actor, { conversationId, text: 'tea?', clientId: 'a' });
    await kit.identity.updateProfile(ann.actor, { bio: 'tea' });
    const seq = sent.message.seq;
    const holding = async () =>
      (await statementsOf(ann))
        .filter(({ enforcement }) => enforcement !== 'none')
        .map(({ enforcement, subject, label }) => `${enforcement} ${subject.kind} ${label}`)
        .sort();
    const kinds = ['account', 'comment', 'conversation', 'message', 'post'];
    expect(await holding()).toEqual(kinds.map((kind) => `labeled ${kind} nsfw`));
    expect((await statementsOf(ann))[0]).toMatchObject({
      source: 'automated',
      automatedDetection: true,
      automatedDecision: 'full',
    });

    const edit = async (text: string) => {
      await kit.posts.edit(ann.actor, { postId, text });
      await kit.comments.edit(ann.actor, { commentId: comment.id, text });
      await kit.conversations.edit(ann.actor, { conversationId: group.id, title: text });
      await kit.messages.edit(ann.actor, { conversationId, seq, text });
      await kit.identity.updateProfile(ann.actor, { bio: text });
    };
    verdict = { decision: 'allow' };
    await edit('green tea');
    expect(await holding()).toEqual([]);

    verdict = { decision: 'hold', reasons: ['a look first'] };
    await kit.posts.edit(ann.actor, { postId, text: 'black tea' });
    await kit.comments.edit(ann.actor, { commentId: comment.id, text: 'black tea' });
    await kit.messages.edit(ann.actor, { conversationId, seq, text: 'black tea' });
    await kit.messages.send(ann.actor, { conversationId, text: 'and milk?', clientId: 'b' });
    const held = ['comment', 'message', 'message', 'post'].map((kind) => `held ${kind} null`);
    expect(await holding()).toEqual(held);
    // Nobody has decided yet: there is nothing to appeal against.
    const [statement] = await statementsOf(ann);
    expect(statement?.redress).toMatchObject({ state: 'none', appealableUntil: null });
    await expect(
      kit.moderation.appeals.file(ann.actor, { statementId: statement?.id ?? '', text: 'why' }),
    ).rejects.toMatchObject({ code: 'appeal.under_review' });

    // Taken down, what was held is removed and no longer held; let through, nothing is left.
    await kit.messages.flag(mod.actor, { conversationId, seq, reason: 'an insult' });
    await kit.posts.release(mod.actor, { postId, revision: await revisionOf({ kind: 'post', id: postId }) });
    await kit.comments.release(mod.actor, { commentId: comment.id, reason: 'fine' });
    expect(await holding()).toEqual(['held message null', 'removed message null']);
    await kit.messages.restore(mod.actor, { conversationId, seq, reason: 'an error' });
    expect(await holding()).toEqual(['held message null']);
  });
});

describe('a rule whose decisions fall', () => {
  it('asks a person where it removed, until somebody reinstates it', async () => {
    await kit.close();
    const policy = loadPolicy({
      id: 'sure',
      version: 1,
      rules: [{ id: 'rude', when: { category: 'toxicity', gte: 0.9 }, do: { decision: 'remove' } }],
      automation: { humanOnly: [], removalsPerHour: 100 },
    });
    kit = await createSocialKit({ database: 'memory', clock, moderation: { policy } });
    const rude = 'you are such a stupid b i t c h, shut up you piece of shit';
    const [ann, mod, second] = [
      await enroll('ann'),
      await enroll('mira', 'admin'),
      await enroll('second', 'admin'),
    ];
    const write = () => kit.posts.create(ann.actor, { text: rude }).then(({ status }) => status);
    await expect(write()).rejects.toMatchObject({ code: 'content.rejected' });
    for (let n = 0; n < 3; n++) {
      const id = await post(ann, `a walk by the river, part ${n}`);
      // A decision that rests on the rule, as one of the pipeline would.
      await kit.moderation.measures.apply(mod.actor, {
        subject: { kind: 'post', id },
        revision: 1,
        measures: [{ kind: 'remove' }],
        category: 'toxicity',
        ruleId: 'rude',
        explanation: 'It is rude.',
      });
      const [statement] = await statementsOf(ann);
      await kit.moderation.appeals.file(ann.actor, { statementId: statement?.id ?? '', text: 'it is not' });
      const { claim } = await kit.moderation.cases.claim(second.actor, { queue: 'appeals' });
      await kit.moderation.cases.decide(second.actor, {
        caseId: claim?.case.id ?? '',
        token: claim?.token ?? 0,
        verdict: { decision: 'overturn', reason: 'It is not rude.' },
      });
    }
    expect((await kit.moderation.appeals.rules(mod.actor, {})).items).toEqual([
      { ruleId: 'rude', upheld: 0, overturned: 3, demotedAt: clock.now() },
    ]);
    clock.advance(10_000);
    expect(await write()).toBe('under_review');
    await kit.moderation.appeals.reinstate(mod.actor, { ruleId: 'rude', reason: 'mended' });
    clock.advance(10_000);
    await expect(write()).rejects.toMatchObject({ code: 'content.rejected' });
    await expect(
      kit.moderation.appeals.reinstate(mod.actor, { ruleId: 'nobody', reason: 'mended' }),
    ).rejects.toMatchObject({ code: 'rule.not_found' });
  });
});

describe('accounting', () => {
  it('counts from the staff log alone, in whatever order it is read', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const from = clock.now();
    const ids = [await post(ann, 'one'), await post(ann, 'two'), await post(ann, 'three')];
    await restrict(mod.actor, { kind: 'post', id: ids[0] ?? '' }, 'remove', { strike: 1 });
    await restrict(mod.actor, { kind: 'post', id: ids[1] ?? '' }, 'blur');
    const [reversed] = await restrict(mod.actor, { kind: 'post', id: ids[2] ?? '' }, 'demote');
    await kit.moderation.measures.reverse(mod.actor, { measureId: reversed?.id ?? '', reason: 'fine' });
    clock.advance(1000);
    const span = { from, to: clock.now() };
    const report = await kit.moderation.transparency.report(kit.system, span);
    expect(report).toMatchObject({
      measures: {
        total: 3,
        byKind: { blur: 1, demote: 1, remove: 1 },
        byCategory: { spam: 3 },
        byGround: { incompatible: 3 },
        bySource: { own_initiative: 3 },
        automatedDecision: 0,
        ended: { reversed: 1 },
      },
      automation: { errorRate: null },
      accounts: { strikes: 1 },
    });
    const { items } = await kit.moderation.auditChain.entries(kit.system, { ...span, limit: 100 });
    const rows = items.map(({ actor, ...row }) => ({ ...row, actorId: actor }));
    expect(transparencyReport([...rows, ...rows].reverse(), span)).toEqual(report);
    // The export names nobody.
    expect(JSON.stringify(items)).not.toContain(mod.id);
    expect(items.some(({ actor }) => actor.startsWith('actor-'))).toBe(true);
  });

  it('hands out records that keep every rule of the transparency database, without people', async () => {
    const [ann, mod] = [await enroll('ann'), await enroll('mira', 'admin')];
    const from = clock.now();
    for (let n = 0; n < 3; n++)
      await restrict(mod.actor, { kind: 'post', id: await post(ann, `tea ${n}`) }, 'remove');
    await kit.moderation.measures.apply(mod.actor, {
      subject: { kind: 'account', id: ann.id },
      revision: await revisionOf({ kind: 'account', id: ann.id }),
      measures: [{ kind: 'suspend', until: clock.now() + DAY }],
      category: 'harassment',
      ground: 'illegal',
      groundText: 'Article 1',
      facts: 'Wrote to ann@example.org and +49 170 1234567, see https://example.org/@ann from 192.168.1.7.',
      explanation: 'It threatens @ben.',
    });
    const span = { from, to: clock.now() + 1 };
    const first = await kit.moderation.transparency.records(kit.system, { ...span, limit: 2 });
    const rest = await kit.moderation.transparency.records(kit.system, {
      ...span,
      limit: 100,
      cursor: first.nextCursor ?? '',
    });
    const records = [...first.statements, ...rest.statements];
    expect(records).toHaveLength(4);
    for (const record of records) expect(recordSchema.parse(record)).toEqual(record);
    expect(new Set(records.map(({ puid }) => puid)).size).toBe(4);
    expect(records[3]).toMatchObject({
      decision_account: 'DECISION_ACCOUNT_SUSPENDED',
      end_date_account_restriction: '2026-01-02',
      decision_ground: 'DECISION_GROUND_ILLEGAL_CONTENT',
      category: 'STATEMENT_CATEGORY_CYBER_VIOLENCE',
      automated_decision: 'AUTOMATED_DECISION_NOT_AUTOMATED',
      source_type: 'SOURCE_VOLUNTARY',
    });
    const said = JSON.stringify(records);
    for (const trace of ['example.org', '1234567', '@ben', '192.168', ann.id, mod.id])
      expect(said).not.toContain(trace);
    await expect(
      kit.moderation.transparency.records(kit.system, { ...span, limit: 101 }),
    ).rejects.toMatchObject({ code: 'input.invalid' });
    expect(TERRITORIES).toHaveLength(30);
    expect(recordOf).toBeTypeOf('function');
  });
});

describe('demotion', () => {
  it('keeps a post out of what is recommended to others, and leaves it where it was else', async () => {
    const [ann, ben, fan, mod] = [
      await enroll('ann'),
      await enroll('ben'),
      await enroll('fan'),
      await enroll('mira', 'admin'),
    ];
    await kit.graph.follow(fan.actor, { userId: ann.id });
    const postId = await post(ann, 'a walk by the river');
    await kit.idle();
    const found = async (viewer: Actor) =>
      (await kit.search.posts(viewer, { query: 'river' })).items.map(({ id }) => id);
    expect(await found(ben.actor)).toEqual([postId]);
    const [measure] = await restrict(mod.actor, { kind: 'post', id: postId }, 'demote');
    expect([await found(ben.actor), await found(fan.actor), await found(ann.actor)]).toEqual([
      [],
      [postId],
      [postId],
    ]);
    const home = async () => (await kit.feed.home(fan.actor, {})).items.map(({ id }) => id);
    const profile = async () =>
      (await kit.feed.profile(ben.actor, { userId: ann.id })).items.map(({ id }) => id);
    expect([await home(), await profile(), await canSee(ben.actor, postId)]).toEqual([
      [postId],
      [postId],
      'published',
    ]);
    await kit.moderation.measures.reverse(mod.actor, { measureId: measure?.id ?? '', reason: 'fine' });
    expect(await found(ben.actor)).toEqual([postId]);
  });
});
