import { type Actor, createFakeClock, type Id } from '@socialkit/core';
import type { ModerationResult } from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

describe('a kit whose moderators decide about spam', () => {
  let kit: SocialKit;
  let results: ModerationResult[];
  const clock = createFakeClock();
  afterEach(() => kit.close());
  beforeEach(async () => {
    results = [];
    kit = await createSocialKit({
      database: 'memory',
      clock,
      moderation: {
        review: { qualityShare: 0 },
        learnSpam: { minimumLabels: 4, bits: 12 },
        onResult: (result) => void results.push(result),
      },
    });
  });

  let made = 0;
  const enroll = async (role?: string): Promise<{ readonly id: Id; readonly actor: Actor }> => {
    const handle = `learner_${made++}`;
    const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
    if (role) await kit.identity.assignRole(kit.system, { userId: id, role });
    return { id, actor: (await kit.actorFor({ accountId: id })) ?? kit.actor(id) };
  };

  /** Somebody posts, somebody reports, a moderator decides. */
  const decide = async (text: string, spam: boolean) => {
    const [author, reporter, moderator] = [await enroll(), await enroll(), await enroll('moderator')];
    const { id } = await kit.posts.create(author.actor, { text });
    const subject = { kind: 'post', id } as const;
    await kit.moderation.reports.create(reporter.actor, { subject, reason: 'misleading.spam' });
    await kit.idle();
    const { claim } = await kit.moderation.cases.claim(moderator.actor, {});
    await kit.moderation.cases.decide(moderator.actor, {
      caseId: claim!.case.id,
      token: claim!.token,
      verdict: spam
        ? { decision: 'restrict', reason: 'spam', category: 'spam', measures: [{ kind: 'demote' }] }
        : { decision: 'approve', reason: 'harmless' },
    });
    await kit.idle();
  };
  const scoreOf = async (text: string) => {
    const author = await enroll();
    await kit.posts.create(author.actor, { text });
    return results.at(-1)!;
  };
  const isLearning = ({ missing }: ModerationResult) =>
    missing.some(({ detector, reason }) => detector === 'spam.model' && reason === 'learning');

  it('learns from their decisions only, and counts once there are enough', async () => {
    expect(isLearning(await scoreOf('the tide is high this evening'))).toBe(true);
    await decide('golden followers for a golden price', true);
    await decide('my cat sleeps on the warm stove', false);
    expect(isLearning(await scoreOf('nobody has decided about this one'))).toBe(true);
    await decide('golden likes, golden price, order golden', true);
    await decide('we walked along the river at noon', false);
    const [spam, other] = [
      await scoreOf('golden followers, golden price, order'),
      await scoreOf('the cat walked along the river'),
    ];
    expect(isLearning(spam)).toBe(false);
    expect(spam.scores.spam!).toBeGreaterThan(other.scores.spam!);
  });
});
