import { anonymous, createFakeClock, createHooks, createIds, noTracer, silentLogger } from '@socialkit/core';
import { worldRuns } from '@socialkit/core/testing';
import { createTrends, lookFor, TREND_KINDS, WINDOW_PLANS } from '@socialkit/feed';
import { sampleStream } from '@socialkit/feed/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit, type SocialKitOptions } from '../kit/index.js';
import { createMemoryStorage } from '../memory/storage.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A kit on an embedded database and one in memory: what is said of one is said of the other. */
const BACK_ENDS: readonly (readonly [string, SocialKitOptions])[] = [
  ['memory', { database: 'memory' }],
  ['PGlite', {}],
];

for (const [name, where] of BACK_ENDS)
  describe(`trends of a kit: ${name}`, () => {
    const clock = createFakeClock(Date.UTC(2026, 0, 12, 12));
    const regions = new Map<string, string>();
    let kit: SocialKit;
    let people: string[];
    beforeAll(async () => {
      kit = await createSocialKit({
        ...where,
        clock,
        trends: { cellOf: async (accountId) => regions.get(accountId) ?? null },
      });
      people = [];
      for (let n = 0; n < 14; n++)
        people.push(
          (await kit.identity.register(kit.system, { externalId: `host-${n}`, handle: `person_${n}` })).id,
        );
      clock.advance(72 * HOUR);
    });
    afterAll(() => kit.close());

    const who = (n: number) => kit.actor(people[n] ?? '');
    const write = async (n: number, text: string, more: { visibility?: 'followers' } = {}) =>
      (await kit.posts.create(who(n), { text, ...more })).id;
    /** Lets deliveries and one look of every minute happen. */
    const look = async (ms = MINUTE) => {
      await kit.idle();
      clock.advance(ms);
      await kit.idle();
    };
    const tags = async (
      actor = anonymous as Parameters<SocialKit['trends']['hashtags']>[0],
      window?: '24h',
    ) => (await kit.trends.hashtags(actor, window ? { window } : {})).items;
    const names = async (...asked: Parameters<typeof tags>) =>
      (await tags(...asked)).map(({ subject }) => subject);

    it('show a hashtag that many people begin to use, with why and with posts', async () => {
      for (let n = 0; n < 10; n++) await write(n, `nice #Burst number ${n} https://example.org/story`);
      for (let n = 0; n < 20; n++) await write(0, `buy #flooded ${n}`);
      for (let n = 0; n < 10; n++) await write(n, '#hidden', { visibility: 'followers' });
      await look();
      const found = await tags();
      expect(found.map(({ subject }) => subject)).toEqual(['burst']);
      expect(found[0]).toMatchObject({
        window: '1h',
        cell: '',
        why: { actors: 10, uses: 10, expected: 0.3 },
      });
      expect(found[0]?.samples.map(({ author }) => author.id)).toEqual([people[9], people[8], people[7]]);
      expect((await kit.trends.links(anonymous, {})).items).toMatchObject([
        { subject: 'https://example.org/story' },
      ]);
    });

    it('shows each viewer only samples he may see and wants to', async () => {
      await kit.graph.block(who(13), { userId: people[9] ?? '' });
      await kit.graph.mute(who(13), { userId: people[8] ?? '' });
      const [mine] = await tags(who(13));
      expect(mine?.samples.map(({ author }) => author.id)).toEqual([people[7], people[6], people[5]]);
      const [theirs] = await tags(who(12));
      expect(theirs?.samples.map(({ author }) => author.id)).toEqual([people[9], people[8], people[7]]);
    });

    it('keep out what staff keep from trending, from the next read on, and write it down', async () => {
      const subject = { kind: 'hashtag', subject: '#BURST' } as const;
      await expect(kit.trends.block(who(1), { ...subject, reason: 'no' })).rejects.toMatchObject({
        code: 'actor.missing_permission',
      });
      await expect(
        kit.trends.block(kit.system, { kind: 'link', subject: 'nowhere', reason: 'no' }),
      ).rejects.toMatchObject({ code: 'trend.invalid_subject' });
      expect(await kit.trends.block(kit.system, { ...subject, reason: 'planned' })).toEqual({
        changed: true,
      });
      expect(await names()).toEqual([]);
      expect((await kit.trends.blocked(kit.system, {})).items).toMatchObject([
        { subject: 'burst', reason: 'planned' },
      ]);
      expect(await kit.trends.unblock(kit.system, subject)).toEqual({ changed: true });
      expect(await names()).toEqual(['burst']);
    });

    it('lose what is deleted and taken down: a trend that rested on it ends with the next look', async () => {
      const ids = [];
      for (let n = 0; n < 10; n++) ids.push(await write(n, '#rumour spreads'));
      await look();
      expect(await names()).toContain('rumour');
      for (const postId of ids.slice(0, 4)) await kit.posts.flag(kit.system, { postId, reason: 'false' });
      for (const [n, postId] of ids.slice(4, 7).entries()) await kit.posts.delete(who(n + 4), { postId });
      await look();
      expect(await names()).not.toContain('rumour');
      expect(await names()).toContain('burst');
    });

    it('show posts that do better than their author usually does, and never what nobody may see any more', async () => {
      const [postId, quiet] = [await write(0, 'look at this'), await write(1, 'nobody looks')];
      for (let n = 1; n < 11; n++) await kit.reactions.addToPost(who(n), { postId, kind: 'like' });
      await kit.reactions.addToPost(who(2), { postId: quiet, kind: 'like' });
      await look();
      const posts = async (n: number) => (await kit.trends.posts(who(n), {})).items;
      expect((await posts(12)).map(({ post }) => post.id)).toEqual([postId]);
      expect((await posts(12))[0]?.why).toMatchObject({ actors: 10 });
      await kit.graph.block(who(0), { userId: people[12] ?? '' });
      expect(await posts(12)).toEqual([]);
      expect(await posts(11)).toHaveLength(1);
      await kit.posts.delete(who(0), { postId });
      expect(await posts(11)).toEqual([]);
    });

    it('count neither young nor limited accounts', async () => {
      for (let n = 0; n < 10; n++) {
        const { id } = await kit.identity.register(kit.system, {
          externalId: `new-${n}`,
          handle: `fresh_${n}`,
        });
        await kit.posts.create(kit.actor(id), { text: '#bots' });
      }
      for (let n = 0; n < 10; n++) await write(n, '#gone');
      await look();
      expect(await names()).toContain('gone');
      expect(await names()).not.toContain('bots');
      for (let n = 2; n < 9; n++)
        await kit.identity.moderate(kit.system, {
          userId: people[n] ?? '',
          state: 'limited',
          reason: 'test',
        });
      await look();
      expect(await names()).not.toContain('gone');
      for (let n = 2; n < 9; n++)
        await kit.identity.moderate(kit.system, { userId: people[n] ?? '', state: 'active', reason: 'test' });
    });

    it('look every ten minutes at a day', async () => {
      for (let n = 0; n < 10; n++) await write(n, '#longer');
      await look(11 * MINUTE);
      clock.set(Math.ceil(clock.now() / HOUR) * HOUR);
      await look(HOUR);
      expect(await names(anonymous, '24h')).toContain('longer');
    });

    it('fade when nobody looks any more', async () => {
      const before = (await tags())[0]?.score ?? 0;
      expect(before).toBeGreaterThan(0);
      clock.advance(12 * HOUR);
      expect(await names()).toEqual([]);
    });
  });

describe('trends on planted streams', () => {
  const { seed, numRuns } = worldRuns('planted trends', 1);
  it('find bursts, and neither floods nor what comes every day', async () => {
    for (let run = 0; run < numRuns; run++) {
      const { uses, planted } = sampleStream(seed + run);
      const start = Date.UTC(2026, 0, 5);
      const clock = createFakeClock(start);
      const ids = createIds({ clock, node: 1 });
      const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
      const { unitOfWork, readers, discovery } = createMemoryStorage({ clock, ids });
      const stores = discovery.trends;
      const trends = createTrends({ unitOfWork, readers, stores, runtime });
      const found = new Set<string>();
      const listed: string[] = [];
      let next = 0;
      for (let minute = 15; minute <= 5 * 1440; minute += 15) {
        for (let use = uses[next]; use && use.minute < minute; use = uses[++next]) {
          const at = start + use.minute * MINUTE;
          const [source, actorId] = [`post:${next}`, String(use.user + 1)];
          await stores.uses.replace(source, [
            { kind: 'hashtag', subject: use.tag, actorId, source, postId: '1', cell: '', at },
          ]);
        }
        clock.set(start + minute * MINUTE);
        await lookFor({ stores, readers }, WINDOW_PLANS['1h'], 'hashtag', clock.now());
        if (minute < 2 * 1440) continue;
        for (const { subject } of (await trends.service.hashtags(anonymous, {})).items) {
          listed.push(subject);
          const burst = planted.find(({ tag }) => tag === subject);
          if (burst?.kind === 'burst' && minute <= burst.end + 60) found.add(subject);
        }
      }
      const share = (kind: string) => listed.filter((tag) => tag.startsWith(kind)).length / listed.length;
      expect(found.size, `seed ${seed + run}`).toBeGreaterThanOrEqual(10);
      expect(share('burst'), `seed ${seed + run}`).toBeGreaterThan(0.8);
      expect(share('flood') + share('ring'), `seed ${seed + run}`).toBeLessThan(0.04);
    }
  });
});

describe('regions', () => {
  it('have trends of their own when enough people live there, and those of everywhere when not', async () => {
    const clock = createFakeClock();
    const ids = createIds({ clock, node: 1 });
    const { unitOfWork, readers, discovery } = createMemoryStorage({ clock, ids });
    const stores = discovery.trends;
    const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
    const { service } = createTrends({ unitOfWork, readers, stores, runtime });
    const [start, all] = [clock.now(), WINDOW_PLANS['1h']];
    let made = 0;
    const use = (subject: string, cell: string, actor: number, at: number) => {
      const source = `post:${++made}`;
      const actorId = String(actor);
      return stores.uses.replace(source, [
        { kind: 'hashtag', subject, actorId, source, postId: '1', cell, at },
      ]);
    };
    // Everybody talks about the weather in the north, where 60 people live; 20 live in the south.
    for (let minute = 0; minute <= 180; minute += 15) {
      for (let n = 0; n < 60; n++) await use(`talk${n % 9}`, 'north', 100 + n, start + minute * MINUTE);
      for (let n = 0; n < 20; n++)
        await use('weather', n < 10 ? 'south' : '', 500 + n, start + minute * MINUTE);
      if (minute === 180) {
        for (let n = 0; n < 12; n++) await use('flood', 'north', 100 + n, start + minute * MINUTE);
        for (let n = 0; n < 12; n++) await use('fair', 'south', 600 + n, start + minute * MINUTE);
      }
      clock.set(start + minute * MINUTE + 1);
      await lookFor({ stores, readers }, all, 'hashtag', clock.now());
    }
    const listed = async (cell?: string) => {
      const found = await service.hashtags(anonymous, cell === undefined ? {} : { cell });
      return {
        cell: found.cell,
        tags: found.items.map(({ subject }) => subject).filter((tag) => /^f/.test(tag)),
      };
    };
    expect(await listed()).toEqual({ cell: '', tags: ['fair', 'flood'] });
    expect(await listed('north')).toEqual({ cell: 'north', tags: ['flood'] });
    expect(await listed('south')).toEqual({ cell: '', tags: ['fair', 'flood'] });
    expect(await listed('nowhere')).toEqual({ cell: '', tags: ['fair', 'flood'] });
  });
});

describe('looks', () => {
  it('change nothing when they are made twice at one moment', async () => {
    const clock = createFakeClock();
    const storage = createMemoryStorage({ clock, ids: createIds({ clock, node: 1 }) });
    const stores = storage.discovery.trends;
    for (let n = 1; n <= 20; n++)
      await stores.uses.replace(`post:${n}`, [
        {
          kind: 'hashtag',
          subject: 'tea',
          actorId: String(n),
          source: `post:${n}`,
          postId: String(n),
          cell: '',
          at: clock.now() - n,
        },
      ]);
    const state = async () => Promise.all(TREND_KINDS.map((kind) => stores.levels.all('1h', kind)));
    const deps = { stores, readers: storage.readers };
    await lookFor(deps, WINDOW_PLANS['1h'], 'hashtag', clock.now());
    const once = await state();
    await lookFor(deps, WINDOW_PLANS['1h'], 'hashtag', clock.now());
    expect(await state()).toEqual(once);
    expect(once[0]?.length).toBeGreaterThan(0);
  });
});
