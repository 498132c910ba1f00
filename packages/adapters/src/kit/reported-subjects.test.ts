import { type Actor, createFakeClock, type SubjectRef } from '@socialkit/core';
import type { MeasureInput } from '@socialkit/moderation';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const clock = createFakeClock();

interface Person {
  readonly id: string;
  readonly actor: Actor;
}

describe('everything that can be reported', () => {
  let kit: SocialKit;
  let anna: Person;
  let ben: Person;
  let stranger: Person;
  let moderator: Person;
  beforeAll(async () => {
    kit = await createSocialKit({
      clock,
      contentGate: { review: async () => ({ decision: 'allow' }) },
      moderation: { review: { qualityShare: 0 } },
    });
    const enroll = async (handle: string, role?: string): Promise<Person> => {
      const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
      if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
      return { id, actor: (await kit.actorFor({ accountId: id })) ?? kit.actor(id) };
    };
    anna = await enroll('anna');
    ben = await enroll('ben');
    stranger = await enroll('stranger');
    moderator = await enroll('moderator_one', 'moderator');
    await kit.graph.follow(anna.actor, { userId: ben.id });
    await kit.graph.follow(ben.actor, { userId: anna.id });
  }, 60_000);
  afterAll(() => kit.close());

  const report = (by: Person, subject: SubjectRef) =>
    kit.moderation.reports.create(by.actor, { subject, reason: 'harassment.targeted' });
  /** From the report to the verdict. @returns the texts the moderator was shown */
  const restrict = async (subject: SubjectRef, measure: MeasureInput) => {
    await report(ben, subject);
    await kit.idle();
    const { claim } = await kit.moderation.cases.claim(moderator.actor, { queue: 'harassment' });
    expect(claim?.case).toMatchObject({ subject, authorId: anna.id, queue: 'harassment' });
    const { state } = await kit.moderation.cases.decide(moderator.actor, {
      caseId: claim?.case.id ?? '',
      token: claim?.token ?? 0,
      verdict: { decision: 'restrict', reason: 'against the rules', measures: [measure] },
    });
    expect(state).toBe('decided');
    await kit.idle();
    const [newest] = (await kit.moderation.reports.mine(ben.actor, {})).items;
    expect(newest).toMatchObject({ subject, state: 'upheld' });
    const { items } = await kit.moderation.statements.list(anna.actor, {});
    expect(items[0]).toMatchObject({ subject, kind: measure.kind });
    return claim?.case.content?.texts ?? {};
  };

  it('a comment', async () => {
    const post = await kit.posts.create(anna.actor, { text: 'hello' });
    const comment = await kit.comments.create(anna.actor, { postId: post.id, text: 'an ugly word' });
    const subject = { kind: 'comment', id: comment.id } as const;
    expect(await restrict(subject, { kind: 'remove' })).toEqual({ text: 'an ugly word' });
    await expect(kit.comments.get(ben.actor, { commentId: comment.id })).rejects.toMatchObject({
      code: 'comment.not_found',
    });
  });

  it('a message, by those who can read it', async () => {
    const { id: conversationId } = await kit.conversations.openDirect(anna.actor, { userId: ben.id });
    const { message } = await kit.messages.send(anna.actor, {
      conversationId,
      text: 'an ugly message',
      clientId: 'first',
    });
    const subject = { kind: 'message', id: `${conversationId}:${message.seq}` } as const;
    await expect(report(stranger, subject)).rejects.toMatchObject({ code: 'message.not_found' });
    await expect(report(ben, { ...subject, id: `${conversationId}:99` })).rejects.toMatchObject({
      code: 'message.not_found',
    });
    expect(await restrict(subject, { kind: 'remove' })).toEqual({ text: 'an ugly message' });
    const { items } = await kit.messages.history(ben.actor, { conversationId });
    expect(JSON.stringify(items)).not.toContain('an ugly message');
  });

  it('a conversation, by its members', async () => {
    const group = await kit.conversations.createGroup(anna.actor, {
      title: 'An ugly title',
      userIds: [ben.id],
    });
    const subject = { kind: 'conversation', id: group.id } as const;
    await expect(report(stranger, subject)).rejects.toMatchObject({ code: 'conversation.not_found' });
    const shown = await restrict(subject, { kind: 'label', label: 'insulting' });
    expect(Object.values(shown)).toContain('An ugly title');
    expect(await kit.conversations.get(ben.actor, { conversationId: group.id })).toMatchObject({
      label: 'insulting',
    });
  });

  it('an account, unless one side blocks the other', async () => {
    const subject = { kind: 'account', id: anna.id } as const;
    await kit.graph.block(anna.actor, { userId: stranger.id });
    await expect(report(stranger, subject)).rejects.toMatchObject({ code: 'account.not_found' });
    await restrict(subject, { kind: 'limit', until: clock.now() + 3_600_000 });
    expect(await kit.identity.me(anna.actor, {})).toMatchObject({ state: 'limited' });
  });
});
