import { createFakeClock, type Id, staffActor } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe('analytics of a kit', () => {
  let kit: SocialKit;
  let author: Id;
  let reader: Id;
  const robot: Id[] = [];
  const clock = createFakeClock(Date.UTC(2026, 0, 5, 10));

  const register = async (handle: string, more: object = {}) =>
    (await kit.identity.register(kit.system, { externalId: handle, handle, ...more })).id;
  const write = async (text = 'hello #harbour') => (await kit.posts.create(kit.actor(author), { text })).id;
  const see = (postId: Id, more: object = {}) => ({ postId, at: clock.now(), ms: 1500, share: 1, ...more });
  const impressions = (who: Id, session: string, ...items: ReturnType<typeof see>[]) =>
    kit.track.impressions(kit.actor(who), { session, items });
  const engagement = async (days = 7) => {
    await kit.idle();
    return kit.analytics.engagement(kit.actor(author), { days });
  };

  beforeEach(async () => {
    clock.set(Date.UTC(2026, 0, 5, 10));
    robot.length = 0;
    kit = await createSocialKit({
      database: 'memory',
      clock,
      analytics: { isBot: (id) => robot.includes(id) },
    });
    author = await register('author');
    reader = await register('reader_one');
  });
  afterEach(() => kit.close());

  it('counts a viewable impression once per viewer, post and visit, and names why others are not counted', async () => {
    const post = await write();
    const hidden = (await kit.posts.create(kit.actor(author), { text: 'mine', visibility: 'private' })).id;
    const own = (await kit.posts.create(kit.actor(reader), { text: 'own' })).id;
    robot.push(await register('robot_one'));
    clock.advance(2 * DAY_MS);
    const said = await impressions(
      reader,
      'a',
      see(post),
      see(post),
      see(post, { ms: 999 }),
      see(post, { share: 0.49 }),
      see(post, { at: clock.now() + 5 * 60_000 }),
      see(post, { at: clock.now() - 25 * HOUR_MS }),
      see(hidden),
      see('1'),
      see(own),
    );
    expect(said.accepted).toBe(1);
    expect(said.dropped.map(({ reason }) => reason).sort()).toEqual(
      [
        'future',
        'not_served',
        'not_served',
        'not_viewable',
        'not_viewable',
        'own',
        'repeated',
        'too_old',
      ].sort(),
    );
    expect((await impressions(reader, 'a', see(post))).dropped).toEqual([
      { postId: post, reason: 'repeated' },
    ]);
    expect((await impressions(reader, 'b', see(post))).accepted).toBe(1);
    expect((await impressions(robot[0] ?? '', 'c', see(post))).dropped[0]?.reason).toBe('bot');
    expect((await engagement()).totals).toMatchObject({ impressions: 2, reach: 1, frequency: 2 });
  });

  it('believes a host that knows what was served, within what the viewer may see', async () => {
    await kit.close();
    const served = new Set<Id>();
    kit = await createSocialKit({ database: 'memory', clock, analytics: { served: async () => served } });
    author = await register('author');
    reader = await register('reader_one');
    const post = await write();
    expect((await impressions(reader, 'a', see(post))).dropped[0]?.reason).toBe('not_served');
    served.add(post);
    expect((await impressions(reader, 'a', see(post))).accepted).toBe(1);
    await kit.graph.block(kit.actor(author), { userId: reader });
    expect((await impressions(reader, 'b', see(post))).dropped[0]?.reason).toBe('not_served');
  });

  it('refuses batches that are no batches', async () => {
    const post = await write();
    const many = Array.from({ length: 51 }, () => see(post));
    for (const input of [
      { session: 'a', items: many },
      { session: 'a', items: [] },
      { session: '', items: [see(post)] },
      { session: 'a', items: [see(post, { weight: 9 })] },
      { session: 'a', items: [see(post, { ms: -1 })] },
      { session: 'a', items: [see(post)], viewerId: author },
    ])
      await expect(kit.track.impressions(kit.actor(reader), input as never)).rejects.toMatchObject({
        code: 'input.invalid',
      });
    expect((await engagement()).totals.impressions).toBe(0);
  });

  it('subtracts what is taken back in the hour it was given, and leaves out what an author does to his own', async () => {
    const post = await write();
    await kit.reactions.addToPost(kit.actor(reader), { postId: post });
    await kit.reactions.addToPost(kit.actor(author), { postId: post });
    await kit.posts.bookmark(kit.actor(reader), { postId: post });
    await kit.comments.create(kit.actor(author), { postId: post, text: 'me too' });
    const { id } = await kit.comments.create(kit.actor(reader), { postId: post, text: 'nice' });
    expect((await engagement()).totals).toMatchObject({
      likes: 1,
      comments: 1,
      bookmarks: 1,
      engagements: 3,
      engaged: 1,
    });
    clock.advance(3 * DAY_MS);
    await kit.reactions.removeFromPost(kit.actor(reader), { postId: post });
    await kit.posts.unbookmark(kit.actor(reader), { postId: post });
    await kit.comments.delete(kit.actor(reader), { commentId: id });
    const { totals, byDay } = await engagement();
    expect(totals).toMatchObject({ engagements: 0, engaged: 0 });
    expect(
      byDay.series.find(({ name }) => name === 'engagements')?.values.every((value) => value === 0),
    ).toBe(true);
  });

  it('follows shares: through how many somebody came, and what spreads', async () => {
    const [second, third] = [await register('reader_two'), await register('reader_three')];
    const post = await write();
    const share = async (who: Id) => {
      const { repostId } = await kit.posts.repost(kit.actor(who), { postId: post });
      await kit.idle();
      return repostId ?? '';
    };
    await impressions(reader, 'a', see(post));
    await impressions(second, 'a', see(await share(reader)));
    await impressions(third, 'a', see(await share(second)));
    await kit.idle();
    const { virality } = await kit.analytics.audience(kit.actor(author), { days: 7 });
    expect(virality.reachByDepth).toEqual([1, 1, 1, 0]);
    expect(virality.reproduction).toEqual({ value: 0.5, n: 2 });
    expect(virality.amplification).toBe(2);
  });

  it('shows a post that is taken down in no list, and again when it is restored', async () => {
    const post = await write();
    const posts = async () => {
      await kit.idle();
      const { totals, byHashtag } = await kit.analytics.content(kit.actor(author), {});
      return [totals.posts, byHashtag.map(({ tag }) => tag)];
    };
    expect(await posts()).toEqual([1, ['harbour']]);
    await kit.posts.flag(kit.system, { postId: post, reason: 'test' });
    expect(await posts()).toEqual([0, []]);
    await kit.posts.restore(kit.system, { postId: post, revision: 2 });
    expect(await posts()).toEqual([1, ['harbour']]);
  });

  it('is for oneself, and for staff who may', async () => {
    const asked = { accountId: author };
    await expect(kit.analytics.dashboard(kit.actor(reader), asked)).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    await expect(kit.analytics.export(kit.actor(reader), asked)).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    const staff = staffActor(reader, { rank: 1, permissions: ['analytics.read'] });
    expect((await kit.analytics.dashboard(staff, asked)).accountId).toBe(author);
    await expect(kit.analytics.dashboard(staff, { accountId: '1' })).rejects.toMatchObject({
      code: 'account.not_found',
    });
    await expect(kit.analytics.content(kit.actor(author), { zone: 'Nowhere/Else' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
    for (const input of [
      { until: 0 },
      { until: 8.64e15 },
      { days: 0 },
      { days: 366 },
      { zone: '+05:17' },
      { zone: '' },
    ])
      await expect(kit.analytics.dashboard(kit.actor(author), input)).rejects.toMatchObject({
        code: 'input.invalid',
      });
    for (const input of [{ until: Date.UTC(2003, 0) }, { until: Date.UTC(2100, 0) }, { days: 365 }])
      for (const zone of ['UTC', 'Africa/Monrovia', 'Pacific/Apia', 'Asia/Kathmandu'])
        expect((await kit.analytics.dashboard(kit.actor(author), { ...input, zone })).span.zone).toBe(zone);
    await kit.graph.follow(kit.actor(reader), { userId: author });
    await kit.reactions.addToPost(kit.actor(reader), { postId: await write() });
    await kit.idle();
    const named = async () =>
      (await kit.analytics.audience(kit.actor(author), {})).mostActive.map(({ account }) => account.id);
    expect(await named()).toEqual([reader]);
    await kit.identity.moderate(kit.system, { userId: reader, state: 'suspended', reason: 'test' });
    expect(await named()).toEqual([]);
  });

  it('says nothing, not zero, where nothing is known, and recommends only what stands on enough posts', async () => {
    const empty = await kit.analytics.dashboard(kit.actor(author), {});
    expect(empty.content.engagementRate.byReach).toEqual({
      pooled: null,
      meanOfPosts: null,
      median: null,
      n: 0,
    });
    expect(empty.overview.growth).toEqual({ followers: null, engagement: null, content: null });
    expect(empty.recommendations).toEqual([]);
    for (let week = 0; week < 6; week += 1) {
      // Mondays at ten nobody cares, Tuesdays at 19:00 somebody does.
      await write();
      clock.advance(DAY_MS + 9 * HOUR_MS);
      const post = await write();
      await impressions(reader, `w${week}`, see(post));
      await kit.reactions.addToPost(kit.actor(reader), { postId: post });
      clock.advance(6 * DAY_MS - 9 * HOUR_MS);
    }
    await kit.idle();
    const { recommendations } = await kit.analytics.dashboard(kit.actor(author), {});
    expect(recommendations[0]).toEqual({
      kind: 'post_at',
      text: 'post on Tuesdays at 19:00: n = 6',
      n: 6,
      weekday: 1,
      hour: 19,
    });
  });

  it('exports days and posts with the version of the definitions', async () => {
    await write();
    await kit.idle();
    const csv = await kit.analytics.export(kit.actor(author), { days: 3 });
    expect(csv).toMatchObject({
      mediaType: 'text/csv; charset=utf-8',
      fileName: expect.stringMatching(/\.csv$/),
    });
    const lines = csv.body.split('\r\n');
    expect(lines[0]).toBe(`# definitions version ${csv.definitionsVersion}`);
    expect(lines.filter((line) => line.startsWith('day,'))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('post,'))).toHaveLength(1);
    const json = JSON.parse(
      (await kit.analytics.export(kit.actor(author), { days: 3, format: 'json' })).body,
    );
    expect(json).toMatchObject({
      definitionsVersion: csv.definitionsVersion,
      definitions: { reach: expect.any(String) },
    });
    expect(json.days).toHaveLength(3);
  });

  it('tells operators who is new, active and comes back', async () => {
    await kit.reactions.addToPost(kit.actor(reader), { postId: await write() });
    clock.advance(DAY_MS);
    const post = await write();
    await impressions(reader, 'a', see(post));
    await kit.idle();
    clock.advance(2 * DAY_MS);
    const growth = await kit.analytics.growth(kit.system, { days: 7 });
    expect(growth).toMatchObject({ joined: 2, active: { day: 0, week: 1, month: 1 } });
    expect(growth.retention).toEqual([{ date: '2026-01-05', joined: 2, day1: 0.5, day7: null, day30: null }]);
    await expect(kit.analytics.growth(kit.actor(author), {})).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
  });
});
