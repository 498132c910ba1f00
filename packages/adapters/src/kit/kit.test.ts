import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ContentGate,
  createFakeClock,
  type GateSubject,
  type GateVerdict,
  type PostView,
  SocialError,
  staffActor,
} from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

let kit: SocialKit;
afterEach(() => kit?.close());

const enroll = async (on: SocialKit, handle: string, isPrivate = false) => {
  const { id } = await on.identity.register(on.system, { externalId: `host-${handle}`, handle, isPrivate });
  return { id, actor: on.actor(id) };
};

describe('before hooks', () => {
  beforeEach(async () => {
    kit = await createSocialKit({ database: 'memory', hookDeadlineMs: 50 });
  });

  it('may veto a write, and nothing is written', async () => {
    const { id, actor } = await enroll(kit, 'anna');
    const remove = kit.before('posts.create', (_, input) => {
      if ((input as { text: string }).text.includes('spam'))
        throw new SocialError('forbidden', 'host.no_spam', 'not here');
    });
    await expect(kit.posts.create(actor, { text: 'spam' })).rejects.toMatchObject({ code: 'host.no_spam' });
    await kit.posts.create(actor, { text: 'tea' });
    const texts = async () => (await kit.feed.profile(actor, { userId: id })).items.map(({ text }) => text);
    expect(await texts()).toEqual(['tea']);
    remove();
    await kit.posts.create(actor, { text: 'spam' });
    expect(await texts()).toEqual(['spam', 'tea']);
  });

  it('may change the input, which is checked again', async () => {
    const { actor } = await enroll(kit, 'anna');
    kit.before('posts.create', (_, input) => ({ ...(input as object), text: 'changed' }));
    expect(await kit.posts.create(actor, { text: 'tea' })).toMatchObject({ text: 'changed' });
    kit.before('posts.create', (_, input) => ({ ...(input as object), visibility: 'everybody' }));
    await expect(kit.posts.create(actor, { text: 'tea' })).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it('refuse when they take too long or break, and do not run for reads', async () => {
    const { actor, id } = await enroll(kit, 'anna');
    const slow = kit.before('posts.create', () => new Promise(() => {}));
    await expect(kit.posts.create(actor, { text: 'tea' })).rejects.toMatchObject({ code: 'hook.timeout' });
    slow();
    const broken = kit.before('posts.create', () => {
      throw new TypeError('a bug of the host');
    });
    await expect(kit.posts.create(actor, { text: 'tea' })).rejects.toMatchObject({ code: 'hook.failed' });
    broken();
    kit.before('identity.get', () => {
      throw new TypeError('never called');
    });
    expect(await kit.identity.get(actor, { userId: id })).toMatchObject({ id });
  });
});

describe('a clock that goes on while a call runs', () => {
  it('publishes posts when they are made, not before', async () => {
    const start = createFakeClock().now();
    let ticks = 0;
    kit = await createSocialKit({ database: 'memory', clock: { now: () => start + ticks++ } });
    const { actor } = await enroll(kit, 'anna');
    const first = await kit.posts.create(actor, { text: 'tea' });
    const draft = await kit.posts.create(actor, { text: 'cake', draft: true });
    const second = await kit.posts.publish(actor, { postId: draft.id });
    const { repostId } = await kit.posts.repost(actor, { postId: first.id });
    const third = await kit.posts.get(actor, { postId: repostId ?? '' });
    for (const { createdAt, publishedAt } of [first, second, third]) expect(publishedAt).toBe(createdAt);
  });
});

describe('listeners of the host', () => {
  beforeEach(async () => {
    kit = await createSocialKit({ database: 'memory' });
  });

  it('hear of what was committed, and of nothing else', async () => {
    const { actor, id } = await enroll(kit, 'anna');
    const heard: string[] = [];
    const seen: Promise<PostView>[] = [];
    const stop = kit.on('post.published', ({ payload }) => {
      heard.push(payload.postId);
      // After the commit: whoever hears of a post can read it.
      seen.push(kit.posts.get(actor, { postId: payload.postId }));
    });
    await expect(kit.posts.create(actor, { text: '', quoteOfId: '1' })).rejects.toThrow();
    await expect(kit.posts.create(kit.actor('1'), { text: 'nobody' })).rejects.toThrow();
    expect(heard).toEqual([]);
    const post = await kit.posts.create(actor, { text: 'tea' });
    expect(heard).toEqual([post.id]);
    expect((await Promise.all(seen)).map(({ author }) => author.id)).toEqual([id]);
    stop();
    await kit.posts.create(actor, { text: 'more tea' });
    expect(heard).toEqual([post.id]);
  });

  it('harm nobody when they throw', async () => {
    const { actor } = await enroll(kit, 'anna');
    const other = vi.fn();
    kit.on('post.published', () => {
      throw new Error('a bug of the host');
    });
    kit.on('post.published', async () => {
      throw new Error('another one');
    });
    kit.on('post.published', other);
    await kit.posts.create(actor, { text: 'tea' });
    expect(other).toHaveBeenCalledOnce();
  });
});

describe('the background', () => {
  it('is at rest after idle, and warm prepares profile and first page', async () => {
    kit = await createSocialKit({ database: 'memory' });
    const [anna, ben] = [await enroll(kit, 'anna'), await enroll(kit, 'ben', true)];
    await kit.graph.follow(anna.actor, { userId: ben.id });
    await kit.identity.updateSettings(ben.actor, { isPrivate: false });
    const { due, dead } = await kit.idle();
    expect({ due, dead }).toEqual({ due: 0, dead: 0 });
    // The request was accepted by a job, as the account became public.
    expect(await kit.identity.get(anna.actor, { userId: ben.id })).toMatchObject({
      viewer: { following: true, requested: false },
    });
    await kit.warm(kit.system, anna.id);
    await expect(kit.warm(anna.actor as never, anna.id)).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    const helper = staffActor(ben.id, { rank: 1, permissions: ['cache.warm'] });
    await kit.warm(helper, anna.id);
  });

  it('does not run without a worker, and says so', async () => {
    kit = await createSocialKit({ database: 'memory', worker: false });
    const [anna, ben] = [await enroll(kit, 'anna'), await enroll(kit, 'ben', true)];
    await kit.graph.follow(anna.actor, { userId: ben.id });
    await kit.identity.updateSettings(ben.actor, { isPrivate: false });
    await expect(kit.idle(60)).rejects.toMatchObject({ code: 'jobs.not_idle' });
    const requested = () => kit.identity.get(anna.actor, { userId: ben.id });
    expect(await requested()).toMatchObject({ viewer: { requested: true } });
    kit.worker().start();
    await kit.idle();
    expect(await requested()).toMatchObject({ viewer: { requested: false, following: true } });
  });

  it('keeps what fails for good as dead letters, which staff list and replay', async () => {
    const clock = createFakeClock();
    let open = true;
    const contentGate: ContentGate = {
      review: async () => {
        if (!open) throw new Error('the gate is closed');
        return { decision: 'allow' };
      },
    };
    kit = await createSocialKit({ database: 'memory', clock, contentGate });
    const { actor } = await enroll(kit, 'anna');
    const { id } = await kit.posts.create(actor, { text: 'later', publishAt: clock.now() + 60_000 });
    open = false;
    for (let tries = 0; tries < 50; tries++) {
      clock.advance(24 * 60 * 60_000);
      const { dead } = await kit.idle();
      if (dead > 0) break;
    }
    const [letter, ...others] = await kit.deadLetters.list(kit.system);
    expect(others).toEqual([]);
    expect(letter?.lastError).toContain('gate');
    expect(await kit.deadLetters.list(kit.system, { queue: 'another' })).toEqual([]);
    await expect(kit.deadLetters.list(actor as never)).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    expect(await kit.posts.get(actor, { postId: id })).toMatchObject({ status: 'scheduled' });
    open = true;
    expect(await kit.deadLetters.replay(kit.system, [letter?.id ?? ''])).toBe(1);
    expect(await kit.idle()).toMatchObject({ due: 0, dead: 0 });
    expect(await kit.posts.get(actor, { postId: id })).toMatchObject({ status: 'published' });
  });
});

describe('the content gate', () => {
  const subjects: GateSubject[] = [];
  let verdict: () => Promise<GateVerdict>;
  beforeEach(async () => {
    subjects.length = 0;
    verdict = async () => ({ decision: 'allow' });
    kit = await createSocialKit({
      database: 'memory',
      contentGate: {
        review: (subject) => {
          subjects.push(subject);
          return verdict();
        },
      },
    });
  });

  /** Writers of the three kinds of text, and what each leaves behind for others to see. */
  const writers = async () => {
    const [anna, ben] = [await enroll(kit, 'anna'), await enroll(kit, 'ben')];
    const { id: postId } = await kit.posts.create(anna.actor, { text: 'tea' });
    return {
      anna,
      ben,
      post: () => kit.posts.create(anna.actor, { text: 'more tea' }),
      comment: () => kit.comments.create(anna.actor, { postId, text: 'and cake' }),
      profile: () => kit.identity.updateProfile(anna.actor, { bio: 'I like tea' }),
      async seen() {
        const posts = await kit.feed.profile(ben.actor, { userId: anna.id });
        const comments = await kit.comments.list(ben.actor, { postId });
        const profile = await kit.identity.get(ben.actor, { userId: anna.id });
        return [posts.items.length - 1, comments.items.length, profile.bio === '' ? 0 : 1];
      },
    };
  };

  it('lets everything through that it allows, and is shown all texts', async () => {
    const { post, comment, profile, seen } = await writers();
    for (const write of [post, comment, profile]) await write();
    expect(await seen()).toEqual([1, 1, 1]);
    expect(subjects.slice(-3).map(({ surface }) => surface)).toEqual(['post', 'comment', 'profile']);
    expect(subjects.at(-1)?.texts).toMatchObject({ bio: 'I like tea', handle: 'anna' });
  });

  it('labels what it blurs', async () => {
    const { post, comment, profile, seen } = await writers();
    verdict = async () => ({ decision: 'blur', label: 'sensitive' });
    for (const write of [post, comment, profile]) expect(await write()).toMatchObject({ label: 'sensitive' });
    expect(await seen()).toEqual([1, 1, 1]);
  });

  it('keeps what it holds for its author until it is released; a profile it holds is refused', async () => {
    const { anna, ben, post, comment, profile, seen } = await writers();
    verdict = async () => ({ decision: 'hold', reasons: ['a look first'] });
    const [held, answer] = [await post(), await comment()];
    expect([held.status, answer.status]).toEqual(['under_review', 'under_review']);
    await expect(profile()).rejects.toMatchObject({ code: 'content.rejected' });
    expect(await seen()).toEqual([0, 0, 0]);
    expect(await kit.posts.get(anna.actor, { postId: held.id })).toMatchObject({ id: held.id });
    await expect(kit.posts.get(ben.actor, { postId: held.id })).rejects.toMatchObject({
      code: 'post.not_found',
    });
    await kit.posts.release(kit.system, { postId: held.id, revision: held.revision });
    await kit.comments.release(kit.system, { commentId: answer.id, reason: 'fine' });
    expect(await seen()).toEqual([1, 1, 0]);
  });

  it('refuses what it rejects, with its reasons, and nothing is written', async () => {
    const { post, comment, profile, seen } = await writers();
    verdict = async () => ({ decision: 'reject', reasons: ['no tea'] });
    for (const write of [post, comment, profile])
      await expect(write()).rejects.toMatchObject({
        code: 'content.rejected',
        category: 'forbidden',
        fields: [{ message: 'no tea' }],
      });
    expect(await seen()).toEqual([0, 0, 0]);
  });

  it('refuses everything while it fails, and says that it may be tried again', async () => {
    const { post, comment, profile, seen } = await writers();
    verdict = async () => {
      throw new Error('a network');
    };
    for (const write of [post, comment, profile])
      await expect(write()).rejects.toMatchObject({ code: 'content.gate_unavailable', retryable: true });
    expect(await seen()).toEqual([0, 0, 0]);
    verdict = async () => ({ decision: 'allow' });
    await post();
    expect(await seen()).toEqual([1, 0, 0]);
  });
});

describe('the embedded database', { timeout: 180_000 }, () => {
  it('keeps everything in its folder over a restart', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'socialkit-kit-'));
    try {
      kit = await createSocialKit({ database: { dataDir } });
      const [anna, ben] = [await enroll(kit, 'anna'), await enroll(kit, 'ben')];
      await kit.graph.follow(ben.actor, { userId: anna.id });
      const post = await kit.posts.create(anna.actor, { text: 'kept #tea' });
      await kit.idle();
      await kit.close();
      kit = await createSocialKit({ database: { dataDir } });
      const home = await kit.feed.home(kit.actor(ben.id), {});
      expect(home.items.map(({ id, text }) => ({ id, text }))).toEqual([{ id: post.id, text: 'kept #tea' }]);
      expect(await kit.health()).toEqual({ ready: true, database: 'ok', redis: 'none' });
      const more = await kit.posts.create(kit.actor(anna.id), { text: 'and more' });
      expect(BigInt(more.id)).toBeGreaterThan(BigInt(post.id));
      // Once for all: closing again does nothing.
      await kit.close();
      await kit.close();
    } finally {
      await kit.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  });

  it('writes nothing for an edit that changes nothing, however the columns order their keys', async () => {
    kit = await createSocialKit({ database: {} });
    const { actor } = await enroll(kit, 'anna');
    const text = 'tea for @anna #tea';
    const media = [{ ref: 'photo-1', type: 'image' as const, alt: 'a cup' }];
    const post = await kit.posts.create(actor, { text, media });
    expect(await kit.posts.edit(actor, { postId: post.id, text, media })).toMatchObject({
      revision: 1,
      editedAt: null,
    });
    expect(await kit.posts.edit(actor, { postId: post.id, text: 'coffee' })).toMatchObject({ revision: 2 });
    const comment = await kit.comments.create(actor, { postId: post.id, text });
    const same = await kit.comments.edit(actor, { commentId: comment.id, text });
    expect(same).toMatchObject({ revision: 1, editedAt: null });
    const avatar = { ref: 'face-1', alt: 'me' };
    const { revision } = await kit.identity.updateProfile(actor, { avatar });
    expect(await kit.identity.updateProfile(actor, { avatar: { alt: 'me', ref: 'face-1' } })).toMatchObject({
      revision,
    });
  });
});

describe('recurring jobs', () => {
  const planned = async (recurring: boolean) => {
    await using own = await createSocialKit({ database: 'memory', recurring });
    const { scheduled } = await own.idle();
    return scheduled;
  };

  it('wait for their time unless the kit is told to plan none', async () => {
    expect(await planned(true)).toBeGreaterThan(0);
    expect(await planned(false)).toBe(0);
  });
});
