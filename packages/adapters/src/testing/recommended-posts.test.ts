import {
  type Actor,
  createFakeClock,
  createHooks,
  createIds,
  type FakeClock,
  type Id,
  isSocialError,
  noTracer,
  type PostView,
  silentLogger,
  userActor,
} from '@socialkit/core';
import { sampleAccount, samplePost } from '@socialkit/core/testing';
import { createProfile, createRecommendedPosts, type HostAlgorithm, type Interaction } from '@socialkit/feed';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from '../kit/index.js';
import { createMemoryStorage } from '../memory/storage.js';

const HOUR = 3_600_000;

describe('recommended posts', () => {
  let kit: SocialKit;
  let clock: FakeClock;
  let told: Interaction[];
  let chosen: { id: Id; reason?: string; context?: string }[];
  const host: HostAlgorithm = {
    rank: async () => chosen,
    interactions: async (list) => void told.push(...list),
  };

  beforeEach(async () => {
    clock = createFakeClock();
    told = [];
    chosen = [];
    kit = await createSocialKit({
      database: 'memory',
      clock,
      discovery: { algorithms: { 'our-own': host } },
    });
  });
  afterEach(() => kit.close());

  interface Person {
    readonly actor: Actor;
    readonly id: Id;
  }
  const people = (...names: string[]): Promise<Person[]> =>
    Promise.all(
      names.map(async (name) => {
        const { account } = await kit.identity.ensure(kit.system, { externalId: name, handle: name });
        return { actor: kit.actor(account.id), id: account.id };
      }),
    );
  const write = async ({ actor }: Person, text = 'hello'): Promise<PostView> => {
    clock.advance(1000);
    return kit.posts.create(actor, { text });
  };
  const follow = async (from: Person, ...to: Person[]) => {
    for (const { id } of to) await kit.graph.follow(from.actor, { userId: id });
  };
  const like = async (post: PostView, ...by: Person[]) => {
    for (const { actor } of by) await kit.reactions.addToPost(actor, { postId: post.id });
  };
  const posts = async ({ actor }: Person, algorithm?: string, limit = 100) =>
    (await kit.discovery.posts(actor, { limit, ...(algorithm ? { algorithm } : {}) })).items;
  const idsOf = async (person: Person, algorithm?: string) =>
    (await posts(person, algorithm)).map(({ post }) => post.id);
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'nothing',
      (error: unknown) => (isSocialError(error) ? error.code : String(error)),
    );

  it('come from followees, from what they like, from those who like the same, and from interests', async () => {
    const [reader, ada, bob, eve, tag] = (await people('reader', 'ada', 'bob', 'eve', 'tag')) as [
      Person,
      Person,
      Person,
      Person,
      Person,
    ];
    await follow(reader, ada, bob);
    await kit.graph.followHashtag(reader.actor, { tag: 'tea' });
    const ofAda = await write(ada);
    await write(bob);
    const proven = await write(eve, 'everybody likes this');
    await like(proven, ada, bob);
    const about = await write(tag, 'on #tea');
    await kit.idle();
    const found = new Map((await posts(reader)).map(({ post, because }) => [post.id, because] as const));
    expect(found.get(ofAda.id)).toEqual([{ kind: 'following' }]);
    expect(found.get(proven.id)).toContainEqual({
      kind: 'liked_by_followees',
      users: expect.arrayContaining([ada.id, bob.id]),
      count: 2,
    });
    expect(found.get(about.id)).toContainEqual({ kind: 'interest', subject: 'tea' });
  });

  it('are the same on every read of an hour, and pages of them are disjoint', async () => {
    const [reader, ...others] = await people('reader', 'ada', 'bob', 'eve');
    if (!reader) return;
    await follow(reader, ...others);
    for (let n = 0; n < 12; n++) await write(others[n % 3] as Person, `post ${n} #t${n % 4}`);
    await kit.idle();
    const all = await idsOf(reader);
    expect(all).toHaveLength(12);
    expect(await idsOf(reader)).toEqual(all);
    const paged: Id[] = [];
    let cursor: string | undefined;
    do {
      const page = await kit.discovery.posts(reader.actor, {
        limit: 5,
        ...(cursor ? { cursor } : {}),
      });
      paged.push(...page.items.map(({ post }) => post.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(paged).toEqual(all);
    const late = await write(others[0] as Person, 'late');
    expect(await idsOf(reader)).not.toContain(late.id);
    clock.advance(HOUR);
    expect(await idsOf(reader)).toContain(late.id);
  });

  it('leave at once what may not be shown, or has lost its reason, also in the middle of a list', async () => {
    const [reader, ada, bob, eve] = (await people('reader', 'ada', 'bob', 'eve')) as [
      Person,
      Person,
      Person,
      Person,
    ];
    await follow(reader, ada, bob, eve);
    const gone = await write(ada);
    const ofAda = await write(ada);
    const ofBob = await write(bob);
    const ofEve = await write(eve);
    await kit.idle();
    expect((await idsOf(reader)).sort()).toEqual([gone.id, ofAda.id, ofBob.id, ofEve.id].sort());
    await kit.posts.delete(ada.actor, { postId: gone.id });
    await kit.graph.block(bob.actor, { userId: reader.id });
    await kit.graph.mute(reader.actor, { userId: eve.id });
    // Nothing was delivered yet: it is the read that leaves them out.
    expect(await idsOf(reader)).toEqual([ofAda.id]);
    await kit.graph.unfollow(reader.actor, { userId: ada.id });
    expect((await posts(reader)).flatMap(({ because }) => because.map(({ kind }) => kind))).not.toContain(
      'following',
    );
  });

  it('follow what the user says: hidden ones never come back, more and less move the others', async () => {
    const [reader, ada, bob] = (await people('reader', 'ada', 'bob')) as [Person, Person, Person];
    await follow(reader, ada, bob);
    const first = await write(ada, 'one #tea');
    const second = await write(bob, 'two #cake');
    const third = await write(ada, 'three #tea');
    const fourth = await write(bob, 'four #cake');
    await kit.idle();
    const before = await idsOf(reader);
    expect(new Set(before)).toEqual(new Set([first.id, second.id, third.id, fourth.id]));

    const say = (post: PostView, kind: 'more' | 'less' | 'not_interested' | 'hide') =>
      kit.discovery.sayOfPost(reader.actor, { postId: post.id, kind });
    expect(await say(first, 'hide')).toEqual({ changed: true });
    expect(await say(first, 'hide')).toEqual({ changed: false });
    expect(await idsOf(reader)).not.toContain(first.id);

    await say(second, 'less');
    const less = await idsOf(reader);
    expect(less.indexOf(third.id)).toBeLessThan(less.indexOf(fourth.id));
    await say(second, 'more');
    await say(third, 'not_interested');
    const more = await idsOf(reader);
    expect(more).not.toContain(third.id);
    expect(more[0]).toBe(fourth.id);
    expect(await kit.discovery.takeBackOfPost(reader.actor, { postId: third.id })).toEqual({
      changed: true,
    });
    expect(await idsOf(reader)).toContain(third.id);
  });

  it('cannot be spoken about by who cannot see them', async () => {
    const [reader, ada] = (await people('reader', 'ada')) as [Person, Person];
    const post = await write(ada);
    await kit.graph.block(ada.actor, { userId: reader.id });
    const say = kit.discovery.sayOfPost(reader.actor, { postId: post.id, kind: 'more' });
    expect(await codeOf(say)).toBe('post.not_found');
  });

  it('are in the order of time for chronological, and by counts for counts', async () => {
    const [reader, ada, bob, eve] = (await people('reader', 'ada', 'bob', 'eve')) as [
      Person,
      Person,
      Person,
      Person,
    ];
    await follow(reader, ada);
    const old = await write(ada);
    await like(old, bob, eve);
    const fresh = await write(ada);
    await write(eve);
    await kit.idle();
    expect(await idsOf(reader, 'chronological')).toEqual([fresh.id, old.id]);
    expect((await idsOf(reader, 'counts'))[0]).toBe(old.id);
    expect(await codeOf(posts(reader, 'no-such'))).toBe('algorithm.unknown');
    expect(await codeOf(kit.feed.home(reader.actor, { algorithm: 'no-such' }))).toBe('algorithm.unknown');
  });

  it('make a personalised home, and every factor of a place can be explained', async () => {
    const [reader, ada, bob] = (await people('reader', 'ada', 'bob')) as [Person, Person, Person];
    await follow(reader, ada, bob);
    const first = await write(ada, 'x #tea');
    await write(bob);
    await kit.idle();
    const home = await kit.feed.home(reader.actor, { algorithm: 'balanced-v1' });
    expect(home.items.map(({ id }) => id)).toEqual(await idsOf(reader, 'balanced-v1'));
    const explained = await kit.feed.explain(reader.actor, { postId: first.id, algorithm: 'balanced-v1' });
    expect(explained).toMatchObject({ shown: true, reason: 'followed_author' });
    const { ranking } = explained;
    expect(Object.keys(ranking?.factors ?? {}).sort()).toEqual(
      ['author', 'freshness', 'network', 'served', 'taste', 'value'].sort(),
    );
    const parts = Object.values(ranking?.parts ?? {}).reduce((sum, part) => sum + part, 0);
    const product = Object.values(ranking?.factors ?? {}).reduce((all, factor) => all * factor, parts);
    expect(ranking?.score).toBeCloseTo(product, 9);
    expect(ranking?.position).not.toBeNull();
    expect((await kit.feed.explain(reader.actor, { postId: first.id })).ranking).toBeUndefined();
  });

  it('put those of one author behind each other only as far as others have something', async () => {
    const [reader, ada, bob] = (await people('reader', 'ada', 'bob')) as [Person, Person, Person];
    await follow(reader, ada, bob);
    const ofBob = await write(bob);
    for (let n = 0; n < 4; n++) await write(ada);
    await kit.idle();
    expect((await idsOf(reader)).indexOf(ofBob.id)).toBeLessThan(2);
  });

  it('show the order of the host’s own algorithm, of what may be seen, and tell it what became of it', async () => {
    const [reader, ada, bob] = (await people('reader', 'ada', 'bob')) as [Person, Person, Person];
    const [first, hidden, last] = [await write(ada), await write(bob), await write(ada)];
    await kit.graph.block(bob.actor, { userId: reader.id });
    chosen = [
      { id: last.id, reason: 'editors', context: 'c-1' },
      { id: hidden.id },
      { id: '12' },
      { id: first.id },
      { id: last.id },
    ];
    const shown = await posts(reader, 'our-own');
    expect(shown.map(({ post }) => post.id)).toEqual([last.id, first.id]);
    expect(shown[0]?.because).toEqual([{ kind: 'algorithm', subject: 'editors', context: 'c-1' }]);
    await kit.discovery.sayOfPost(reader.actor, { postId: last.id, kind: 'less' });
    await expect.poll(() => told.length).toBe(3);
    expect(told).toContainEqual({
      userId: reader.id,
      postId: last.id,
      kind: 'served',
      context: 'c-1',
      at: expect.any(Number),
    });
    expect(told).toContainEqual(expect.objectContaining({ postId: last.id, kind: 'less', context: 'c-1' }));
    expect(told.some(({ postId }) => postId === hidden.id)).toBe(false);
  });

  it('answer without the host’s algorithm when it fails', async () => {
    const [reader] = (await people('reader')) as [Person];
    chosen = [{ id: 'not an id' }];
    expect(await posts(reader, 'our-own')).toEqual([]);
  });

  it('refuse a name of the package for an algorithm of the host', async () => {
    const taken = createSocialKit({
      database: 'memory',
      discovery: { algorithms: { 'balanced-v1': host } },
    });
    await expect(taken).rejects.toThrow(/choose another name/);
  });

  it('show something new first when a list is made anew', async () => {
    const [reader, ada, bob] = (await people('reader', 'ada', 'bob')) as [Person, Person, Person];
    await follow(reader, ada, bob);
    for (let n = 0; n < 3; n++) await write(ada, `#t${n}`);
    await kit.idle();
    const seen = await idsOf(reader);
    expect(seen).toHaveLength(3);
    clock.advance(2 * HOUR);
    const later = await write(bob);
    await kit.idle();
    clock.advance(HOUR);
    expect((await idsOf(reader))[0]).toBe(later.id);
  });

  it('come by factors of authors and hashtags from strangers one’s taste is known to like', async () => {
    const storage = createMemoryStorage({ clock, ids: createIds({ clock, node: 3 }) });
    const ids = createIds({ clock, node: 4 });
    const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
    const { tastes } = createRecommendedPosts({
      readers: storage.readers,
      unitOfWork: storage.unitOfWork,
      truth: storage.feed.truth,
      stores: { ...storage.discovery.ranking, ...storage.discovery.posts, models: storage.discovery.models },
      runtime,
    });
    expect(await tastes.train()).toBeNull();
    // Two circles of readers, each with authors and a hashtag of its own.
    const people = Array.from({ length: 48 }, () => ids.next());
    const authors = [people.slice(0, 4), people.slice(4, 8)] as const;
    const readers = people.slice(8);
    await storage.unitOfWork.transact(async ({ accounts, posts, reactions }) => {
      for (const id of people) await accounts.insert(sampleAccount(id));
      for (const [circle, own] of authors.entries())
        for (const author of own) {
          const postId = ids.next();
          await posts.insert(samplePost(postId, author));
          await posts.setHashtags(postId, [circle === 0 ? 'tea' : 'cars']);
          for (const [n, userId] of readers.entries())
            if (n % 2 === circle && (n + own.indexOf(author)) % 5 !== 0)
              await reactions.insert({
                id: ids.next(),
                targetKind: 'post',
                targetId: postId,
                userId,
                kind: 'like',
              });
        }
    });
    expect(await tastes.train()).toMatchObject({ activated: true, before: null });
    const likes = await tastes.of(readers[0] as Id);
    const [near, far] = authors.map(([author]) => author as Id);
    expect(likes?.({ authorId: near as Id, tags: ['tea'] })).toBeGreaterThan(
      likes?.({ authorId: far as Id, tags: ['cars'] }) ?? 0,
    );
    expect(await tastes.of(ids.next())).toBeNull();
  });

  it('are weighed by the experiment a user is in', async () => {
    const storage = createMemoryStorage({ clock, ids: createIds({ clock, node: 3 }) });
    const deps = {
      readers: storage.readers,
      truth: storage.feed.truth,
      unitOfWork: storage.unitOfWork,
      stores: {
        ...storage.discovery.ranking,
        ...storage.discovery.posts,
        models: storage.discovery.models,
      },
      runtime: {
        clock,
        ids: createIds({ clock, node: 4 }),
        logger: silentLogger,
        tracer: noTracer,
        hooks: createHooks(),
      },
    };
    const { service } = createRecommendedPosts(deps);
    const trial = createProfile({ version: 'trial-1', sources: { following: { weight: 1 } } });
    const page = (algorithm?: string) => service.posts(userActor('7'), algorithm ? { algorithm } : {});
    expect((await page()).algorithm).toBe('balanced-v1');
    expect(await codeOf(page('trial-1'))).toBe('algorithm.unknown');
    await storage.discovery.ranking.profiles.put('posts', { profile: trial, share: 1000 });
    expect((await page()).algorithm).toBe('trial-1');
    expect((await page('trial-1')).algorithm).toBe('trial-1');
    expect((await page('document-v1')).algorithm).toBe('document-v1');
  });
});
