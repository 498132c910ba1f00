import { createIds, type Id } from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { type Answer, type Call, type Racers, startRacers } from './racers.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 8);
const STORM = 20;

interface View {
  readonly id: Id;
  readonly status: string;
  readonly text: string;
  readonly revision: number;
  readonly entities: readonly { readonly type: string }[];
  readonly counts: { readonly reposts: number; readonly quotes: number; readonly bookmarks: number };
  readonly poll: {
    readonly voterCount: number;
    readonly options: readonly { readonly votes: number }[];
  } | null;
}

describePostgres('posts between two processes', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  let storage: Storage;
  let racers: Racers;
  let nextId: () => Id;
  let author: Id;
  let staff: Id;
  let fans: readonly Id[];

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    racers = await startRacers(database.url);
    const ids = createIds({ clock: racers.clock, node: 1000 });
    storage = createPostgresStorage({ postgres: database.a, clock: racers.clock, ids });
    nextId = () => ids.next();
  });
  afterAll(async () => {
    await racers?.close();
    await database.close();
  });
  beforeEach(async () => {
    author = nextId();
    staff = nextId();
    fans = Array.from({ length: STORM }, nextId);
    await storage.unitOfWork.transact(async ({ accounts }) => {
      await accounts.insert(sampleAccount(staff, { role: 'moderator' }));
      for (const id of [author, ...fans]) await accounts.insert(sampleAccount(id));
    });
  });

  const call = (operation: string, actorId: Id, input: object, slice = 'posts'): Call => ({
    slice,
    operation,
    actorId,
    input,
  });
  const fan = (n: number): Id => fans[n % fans.length] as Id;
  const storm = (make: (n: number) => Call) => racers.race(Array.from({ length: STORM }, (_, n) => make(n)));
  const one = async <T = View>(made: Call): Promise<T> => {
    const [answer] = await racers.race([made]);
    if (!answer?.ok) throw new Error(`${made.operation} was refused: ${JSON.stringify(answer)}`);
    return answer.value as T;
  };
  const write = async (input: object = {}, by = author): Promise<Id> =>
    (await one(call('create', by, { text: 'post', ...input }))).id;
  const read = (postId: Id, by = author) => one(call('get', by, { postId }));
  const accepted = <T = View>(answers: readonly Answer[]): readonly T[] =>
    answers.flatMap((answer) => (answer.ok ? [answer.value as T] : []));
  const changed = (answers: readonly Answer[]): number =>
    accepted<{ readonly changed: boolean }>(answers).filter((value) => value.changed).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) => {
    expect(answers.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  };
  /** Committed events of a type about a post. */
  const told = async (type: string, postId: Id): Promise<number> => {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM events WHERE type = ${type} AND payload ->> 'postId' = ${postId}
    `.execute(database.a.db);
    return rows[0]?.count ?? 0;
  };
  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
    for (const subject of ['account', 'post', 'hashtag'] as const)
      expect(
        (await storage.readers.counters.recount(subject, { after: null, limit: 10_000 })).drifted,
      ).toEqual([]);
    const { rows } = await sql<{ id: Id }>`
      SELECT a.id FROM accounts AS a WHERE a.last_post_id IS DISTINCT FROM (
        SELECT max(p.id) FROM posts AS p WHERE p.author_id = a.id AND p.status = 'published'
      )`.execute(database.a.db);
    expect(rows, 'accounts whose last post is not their newest published one').toEqual([]);
  };

  it('takes one ballot of somebody who votes twenty times, and one of each of twenty', async () => {
    await rounds(async () => {
      const postId = await write({ poll: { options: ['a', 'b', 'c'] } });
      const stubborn = await storm((n) => call('vote', fan(0), { postId, options: [n % 3] }));
      expectAnswered(stubborn, 'poll.already_voted');
      expect(await read(postId)).toMatchObject({ poll: { voterCount: 1 } });
      const crowd = await storm((n) => call('vote', fan(n), { postId, options: [n % 3] }));
      expectAnswered(crowd, 'poll.already_voted');
      const { poll } = await read(postId);
      expect(poll?.voterCount).toBe(STORM);
      expect(poll?.options.reduce((sum, option) => sum + option.votes, 0)).toBe(STORM);
      expect(await told('poll.voted', postId)).toBe(STORM);
    });
  });

  it('counts no ballot that comes after the post has gone', async () => {
    await rounds(async (round) => {
      const postId = await write({ poll: { options: ['a', 'b'] } });
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? call('delete', author, { postId })
          : call('vote', fan(n), { postId, options: [0] }),
      );
      // A ballot that was in before the post went has no post to show any more.
      expectAnswered(answers, 'post.not_found');
      const { rows } = await sql`SELECT FROM poll_ballots WHERE post_id = ${postId}`.execute(database.a.db);
      expect(rows).toEqual([]);
    });
  });

  it('makes one repost of twenty by one account, and twenty by twenty', async () => {
    await rounds(async () => {
      const postId = await write();
      const same = await storm(() => call('repost', fan(0), { postId }));
      expectAnswered(same);
      expect(changed(same)).toBe(1);
      expect(new Set(accepted<{ repostId: Id }>(same).map(({ repostId }) => repostId)).size).toBe(1);
      expectAnswered(await storm((n) => call('repost', fan(n), { postId })));
      expect((await read(postId)).counts.reposts).toBe(STORM);
    });
  });

  it('ends reposting and taking back with a repost or none, and as many counted', async () => {
    await rounds(async () => {
      const postId = await write();
      expectAnswered(await storm((n) => call(n % 4 < 2 ? 'repost' : 'undoRepost', fan(n % 2), { postId })));
      const { items } = await one<{ items: readonly unknown[] }>(call('reposts', author, { postId }));
      expect((await read(postId)).counts.reposts).toBe(items.length);
    });
  });

  it('shares nothing that was narrowed or deleted before', async () => {
    await rounds(async (round) => {
      const postId = await write();
      const end =
        round % 2
          ? call('delete', author, { postId })
          : call('setVisibility', author, { postId, visibility: 'private' });
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? end
          : n % 2
            ? call('repost', fan(n), { postId })
            : call('create', fan(n), { text: 'q', quoteOfId: postId }),
      );
      expectAnswered(answers, 'post.not_found');
      const late = await racers.race([
        call('repost', fan(0), { postId }),
        call('create', fan(0), { text: 'q', quoteOfId: postId }),
      ]);
      expect(late).toMatchObject([
        { ok: false, code: 'post.not_found' },
        { ok: false, code: 'post.not_found' },
      ]);
    });
  });

  it('publishes a draft once, under one id', async () => {
    await rounds(async () => {
      const draftId = await write({ draft: true, text: 'soon #race' });
      const answers = await storm(() => call('publish', author, { postId: draftId }));
      expectAnswered(answers, 'post.illegal_move');
      const [post, ...more] = accepted(answers);
      expect(more).toEqual([]);
      expect((await read(draftId)).id).toBe(post?.id);
      expect(await told('post.published', post?.id ?? '')).toBe(1);
    });
  });

  it('ends publishing beside deleting and editing in one of the orders', async () => {
    await rounds(async (round) => {
      const draftId = await write({ draft: true });
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? call('delete', author, { postId: draftId })
          : n === (round * 3 + 1) % STORM
            ? call('publish', author, { postId: draftId })
            : call('edit', author, { postId: draftId, text: `edit ${n}` }),
      );
      expectAnswered(
        answers,
        'post.not_found',
        'post.illegal_move',
        'post.not_editable',
        'post.changed_meanwhile',
      );
      const found = await storage.readers.posts.find(draftId);
      expect(found).toMatchObject({ status: 'deleted', text: '' });
      expect(await storage.readers.posts.countUnpublished(author)).toBe(0);
    });
  });

  it('counts every edit, and keeps every version it replaced', async () => {
    await rounds(async () => {
      const postId = await write();
      const answers = await storm((n) => call('edit', author, { postId, text: `edit ${n} #t${n}` }));
      expectAnswered(answers, 'post.changed_meanwhile');
      const { revision } = await read(postId);
      expect(revision).toBe(1 + accepted(answers).length);
      const versions = await storage.readers.posts.revisions(postId, { after: null, limit: 100 });
      expect(versions.map((version) => version.revision)).toEqual(
        Array.from({ length: revision - 1 }, (_, n) => revision - 1 - n),
      );
    });
  });

  it('lets no edit through after a takedown', async () => {
    await rounds(async (round) => {
      const postId = await write();
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? { ...call('flag', staff, { postId, reason: 'race' }), as: 'staff' }
          : call('edit', author, { postId, text: `edit ${n}` }),
      );
      expectAnswered(answers, 'post.not_editable', 'post.changed_meanwhile');
      const found = await storage.readers.posts.find(postId);
      expect(found?.status).toBe('flagged');
      expect(await told('post.flagged', postId)).toBe(1);
      expect(await told('post.edited', postId)).toBe((found?.revision ?? 0) - 2);
    });
  });

  it('takes down and restores as often as it says', async () => {
    await rounds(async () => {
      const postId = await write({ text: 'see #race' });
      const answers = await storm((n) => ({
        ...(n % 2
          ? call('flag', staff, { postId, reason: 'race' })
          : call('restore', staff, { postId, revision: 2 })),
        as: 'staff',
      }));
      expectAnswered(answers, 'post.illegal_move', 'post.stale_revision');
      const [flagged, restored] = [await told('post.flagged', postId), await told('post.restored', postId)];
      expect(flagged + restored).toBe(changed(answers));
      const found = await storage.readers.posts.find(postId);
      expect(found?.status).toBe(flagged > restored ? 'flagged' : 'published');
    });
  });

  it('mentions nobody who has blocked the author before', async () => {
    await rounds(async (round) => {
      const text = `hello @user${fan(0)}`;
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? call('block', fan(0), { userId: author }, 'graph')
          : call('create', author, { text }),
      );
      expectAnswered(answers);
      // Who was there before the block is mentioned, everybody after it is not: stored and told alike.
      for (const post of accepted(answers).filter(({ entities }) => entities !== undefined)) {
        const facts = (await storage.readers.facts.posts(fan(0), [post.id])).get(post.id);
        expect(facts?.mentioned).toBe(post.entities.length > 0);
      }
      expect((await one(call('create', author, { text }))).entities).toEqual([]);
      await one(call('unblock', fan(0), { userId: author }, 'graph'));
      expect((await one(call('create', author, { text }))).entities).toMatchObject([{ type: 'mention' }]);
    });
  });

  it('pins three of twenty, and keeps a bookmark once', async () => {
    await rounds(async () => {
      const ids: Id[] = [];
      for (let n = 0; n < 5; n++) ids.push(await write());
      const pins = await storm((n) => call('pin', author, { postId: ids[n % 5] as Id }));
      expectAnswered(pins, 'post.too_many_pins');
      expect(changed(pins)).toBe(3);
      const pinned = await storage.readers.pins.list(author);
      expect(pinned).toHaveLength(3);
      for (const postId of pinned) await one(call('unpin', author, { postId }));
      const postId = ids[0] as Id;
      const marks = await storm((n) => call('bookmark', fan(n % 4), { postId }));
      expectAnswered(marks);
      expect(changed(marks)).toBe(4);
      expect((await read(postId)).counts.bookmarks).toBe(4);
      expectAnswered(await storm((n) => call(n % 2 ? 'bookmark' : 'unbookmark', fan(0), { postId })));
    });
  });

  it('writes one post for one idempotency key', async () => {
    await rounds(async (round) => {
      const input = { text: 'once', idempotencyKey: `key-${round}` };
      const answers = await storm(() => call('create', author, input));
      expectAnswered(answers);
      expect(new Set(accepted(answers).map(({ id }) => id)).size).toBe(1);
    });
  });
});
