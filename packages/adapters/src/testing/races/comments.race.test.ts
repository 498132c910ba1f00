import {
  type Actor,
  type CommentsService,
  createCommentsService,
  createHooks,
  createIds,
  DEFAULT_ROLES,
  type Id,
  isSocialError,
  noTracer,
  silentLogger,
  staffActor,
} from '@socialkit/core';
import { sampleAccount, samplePost } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { type Answer, type Call, type Racers, startRacers } from './racers.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 8);
const STORM = 20;

interface Thread {
  readonly items: readonly {
    readonly id: Id;
    readonly status: string;
    readonly counts: { readonly replies: number };
    readonly replies: { readonly items: Thread['items'] } | null;
  }[];
}

describePostgres('comments between two processes', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  let storage: Storage;
  let racers: Racers;
  let nextId: () => Id;
  /** The same operations in this process: staff's decisions race as a third one. */
  let comments: CommentsService;

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    racers = await startRacers(database.url);
    const ids = createIds({ clock: racers.clock, node: 1000 });
    storage = createPostgresStorage({ postgres: database.a, clock: racers.clock, ids });
    nextId = () => ids.next();
    const runtime = {
      clock: racers.clock,
      ids,
      logger: silentLogger,
      tracer: noTracer,
      hooks: createHooks(),
    };
    const { unitOfWork, readers } = storage;
    const roles = DEFAULT_ROLES;
    comments = createCommentsService({
      unitOfWork,
      readers,
      runtime,
      roles,
      canonicalHandle: (text) => text,
    });
  });
  afterAll(async () => {
    await racers?.close();
    await database.close();
  });

  let author: Id;
  let moderator: Actor;
  let fans: readonly Id[];
  beforeEach(async () => {
    fans = Array.from({ length: STORM }, nextId);
    author = nextId();
    const staffId = nextId();
    moderator = staffActor(staffId, { rank: 50, permissions: ['content.moderate'] });
    await storage.unitOfWork.transact(async ({ accounts }) => {
      for (const id of [author, ...fans]) await accounts.insert(sampleAccount(id));
      await accounts.insert(sampleAccount(staffId, { role: 'moderator' }));
    });
  });

  const post = async (): Promise<Id> => {
    const id = nextId();
    await storage.unitOfWork.transact(async ({ posts, counters }) => {
      await posts.insert(samplePost(id, author));
      await counters.add([{ subject: 'account', id: author, counter: 'postCount', delta: 1 }]);
    });
    return id;
  };
  const call = (operation: string, actorId: Id, input: object, slice = 'comments'): Call => ({
    slice,
    operation,
    actorId,
    input,
  });
  const one = async <T>(made: Call): Promise<T> => {
    const [answer] = await racers.race([made]);
    if (!answer?.ok) throw new Error(`${made.operation} was refused: ${JSON.stringify(answer)}`);
    return answer.value as T;
  };
  const write = async (postId: Id, by: Id, parentId?: Id): Promise<Id> =>
    (await one<{ id: Id }>(call('create', by, { postId, text: 'x', ...(parentId ? { parentId } : {}) }))).id;
  const storm = (make: (n: number) => Call) => racers.race(Array.from({ length: STORM }, (_, n) => make(n)));
  const idsOf = (answers: readonly Answer[]): Id[] =>
    answers.flatMap((answer) => (answer.ok ? [(answer.value as { id: Id }).id] : []));
  const said = (answers: readonly Answer[], field: string): number =>
    answers.filter((answer) => answer.ok && (answer.value as Record<string, unknown>)[field] === true).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) => {
    expect(answers.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  };
  const thread = (postId: Id): Promise<Thread> =>
    one(call('list', author, { postId, limit: 100, depth: 10, repliesLimit: 20 }));
  const published = (items: Thread['items']): number =>
    items.reduce(
      (sum, item) => sum + Number(item.status === 'published') + published(item.replies?.items ?? []),
      0,
    );
  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
    for (const subject of ['account', 'post', 'comment'] as const)
      expect(
        (await storage.readers.counters.recount(subject, { after: null, limit: 10_000 })).drifted,
      ).toEqual([]);
  };

  it('keeps and counts every one of twenty comments on one post', async () => {
    await rounds(async () => {
      const postId = await post();
      const answers = await storm((n) => call('create', fans[n] as Id, { postId, text: `${n}` }));
      expectAnswered(answers);
      expect(new Set(idsOf(answers)).size).toBe(STORM);
      expect((await thread(postId)).items).toHaveLength(STORM);
    });
  });

  it('writes one comment for one idempotency key', async () => {
    await rounds(async (round) => {
      const postId = await post();
      const input = { postId, text: 'once', idempotencyKey: `key-${round}` };
      const answers = await storm(() => call('create', fans[0] as Id, input));
      expectAnswered(answers);
      expect(new Set(idsOf(answers)).size).toBe(1);
      expect((await thread(postId)).items).toHaveLength(1);
    });
  });

  it('takes no comment after the post has gone or its author has blocked', async () => {
    await rounds(async (round) => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const end =
        round % 2
          ? call('delete', author, { postId }, 'posts')
          : call('block', author, { userId: fan }, 'graph');
      const answers = await storm((n) =>
        n === (round * 7) % STORM ? end : call('create', fan, { postId, text: 'x' }),
      );
      expectAnswered(answers, 'post.not_found');
      const late = await racers.race([call('create', fan, { postId, text: 'late' })]);
      expect(late).toMatchObject([{ ok: false, code: 'post.not_found' }]);
      await racers.race([call('unblock', author, { userId: fan }, 'graph')]);
    });
  });

  it('deletes a comment once, whoever of the two who may is first', async () => {
    await rounds(async () => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const commentId = await write(postId, fan);
      const answers = await storm((n) => call('delete', n % 4 < 2 ? author : fan, { commentId }));
      expectAnswered(answers);
      expect(said(answers, 'deleted')).toBe(1);
      expect((await thread(postId)).items).toEqual([]);
    });
  });

  it('loses no answer that raced with the deletion of what it answers', async () => {
    await rounds(async (round) => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const commentId = await write(postId, fan);
      const answers = await storm((n) =>
        n === (round * 7) % STORM
          ? call('delete', fan, { commentId })
          : call('create', fans[n] as Id, { postId, parentId: commentId, text: 'x' }),
      );
      expectAnswered(answers, 'comment.not_found');
      const { items } = await thread(postId);
      const answered = idsOf(answers).filter((id) => id !== undefined).length;
      expect(published(items)).toBe(answered);
      expect(items.map(({ status, counts }) => [status, counts.replies])).toEqual(
        answered > 0 ? [['unavailable', answered]] : [],
      );
    });
  });

  it('takes a branch away whole when everything in it is deleted at once', async () => {
    await rounds(async () => {
      const postId = await post();
      const branch: Id[] = [];
      for (let depth = 0; depth < STORM / 2; depth++) branch.push(await write(postId, author, branch.at(-1)));
      const answers = await storm((n) => call('delete', author, { commentId: branch[n >> 1] as Id }));
      expectAnswered(answers);
      expect(said(answers, 'deleted')).toBe(STORM / 2);
      expect((await thread(postId)).items).toEqual([]);
    });
  });

  it('takes down and restores as often as it says, beside deletion and answers', async () => {
    await rounds(async (round) => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const commentId = await write(postId, fan);
      const decision = { commentId, reason: 'race' };
      const decide = async (n: number): Promise<Answer> => {
        try {
          const value = await comments[n % 2 ? 'flag' : 'restore'](moderator, decision);
          return { ok: true, value };
        } catch (error) {
          if (!isSocialError(error)) throw error;
          return { ok: false, code: error.code, category: error.category };
        }
      };
      const [answers, ...decisions] = await Promise.all([
        storm((n) =>
          round % 2 && n === (round * 7) % STORM
            ? call('delete', fan, { commentId })
            : call('create', fans[n] as Id, { postId, parentId: commentId, text: 'x' }),
        ),
        ...Array.from({ length: STORM }, (_, n) => decide(n)),
      ]);
      expectAnswered([...answers, ...decisions], 'comment.not_found', 'comment.not_live');
      const items = (await thread(postId)).items;
      const standing = idsOf(answers).filter((id) => id !== undefined).length;
      const own = items[0]?.status === 'published' ? 1 : 0;
      expect(published(items)).toBe(standing + own);
    });
  });

  it('counts every edit, hides and shows once a change, and pins one', async () => {
    await rounds(async () => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const [commentId, other] = [await write(postId, fan), await write(postId, fan)];
      const edits = await storm((n) => call('edit', fan, { commentId, text: `edit ${n}` }));
      expectAnswered(edits);
      const edited = (await storage.readers.comments.byIds([commentId])).get(commentId);
      expect(edited?.revision).toBe(STORM + 1);

      expect(said(await storm(() => call('hide', author, { commentId })), 'changed')).toBe(1);
      expect(said(await storm(() => call('unhide', author, { commentId })), 'changed')).toBe(1);
      const pins = await storm((n) => call('pin', author, { commentId: n % 4 < 2 ? commentId : other }));
      expectAnswered(pins);
      const pinned = (await storage.readers.comments.thread(postId))?.pinnedId;
      expect([commentId, other]).toContain(pinned);
    });
  });
});
