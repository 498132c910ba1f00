import type { Id } from '@socialkit/core';
import { sampleAccount, sampleComment, samplePost } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { beforeEach, expect, it } from 'vitest';
import type { Answer, Call } from './racers.js';
import { racingStorage } from './racing-storage.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 8);
const STORM = 20;

describePostgres('reactions between two processes', (server) => {
  const on = racingStorage(server);

  let author: Id;
  let fans: readonly Id[];
  beforeEach(async () => {
    fans = Array.from({ length: STORM }, on.nextId);
    author = on.nextId();
    await on.storage.unitOfWork.transact(async ({ accounts }) => {
      for (const id of [author, ...fans]) await accounts.insert(sampleAccount(id));
    });
  });

  const post = async (): Promise<Id> => {
    const id = on.nextId();
    await on.storage.unitOfWork.transact(async ({ posts, counters }) => {
      await posts.insert(samplePost(id, author));
      await counters.add([{ subject: 'account', id: author, counter: 'postCount', delta: 1 }]);
    });
    return id;
  };
  const comment = async (postId: Id): Promise<Id> => {
    const id = on.nextId();
    await on.storage.unitOfWork.transact(async ({ comments, counters }) => {
      await comments.insert(sampleComment(id, postId, { authorId: author }));
      await counters.add([{ subject: 'post', id: postId, counter: 'commentCount', delta: 1 }]);
    });
    return id;
  };
  const call = (operation: string, actorId: Id, input: object, slice = 'reactions'): Call => ({
    slice,
    operation,
    actorId,
    input,
  });
  const storm = (make: (n: number) => Call) =>
    on.racers.race(Array.from({ length: STORM }, (_, n) => make(n)));
  const changedBy = (answers: readonly Answer[]): number =>
    answers.filter((answer) => answer.ok && (answer.value as { changed: boolean }).changed).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) => {
    expect(answers.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  };
  const reactionsOn = (id: Id) => on.storage.readers.reactions.ofTarget(id, { before: null, limit: 1000 });
  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
    for (const subject of ['account', 'post', 'comment'] as const)
      expect(
        (await on.storage.readers.counters.recount(subject, { after: null, limit: 10_000 })).drifted,
      ).toEqual([]);
  };

  it('counts every one of twenty who like one post', async () => {
    await rounds(async () => {
      const postId = await post();
      const answers = await storm((n) => call('addToPost', fans[n] as Id, { postId }));
      expectAnswered(answers);
      expect(changedBy(answers)).toBe(STORM);
      expect(await reactionsOn(postId)).toHaveLength(STORM);
    });
  });

  it('gives the same like once, and takes it back once', async () => {
    await rounds(async () => {
      const [postId, fan = ''] = [await post(), fans[0]];
      expect(changedBy(await storm(() => call('addToPost', fan, { postId })))).toBe(1);
      const removed = await storm(() => call('removeFromPost', fan, { postId }));
      expectAnswered(removed);
      expect(changedBy(removed)).toBe(1);
      expect(await reactionsOn(postId)).toEqual([]);
    });
  });

  it('leaves one kind when one person changes his mind everywhere at once', async () => {
    const kinds = ['like', 'love', 'sad', 'wow'];
    await rounds(async () => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const answers = await storm((n) => call('addToPost', fan, { postId, kind: kinds[n % 4] }));
      expectAnswered(answers);
      expect(await reactionsOn(postId)).toHaveLength(1);
    });
  });

  it('ends with what was given last, however likes and unlikes meet', async () => {
    await rounds(async () => {
      const postId = await post();
      const answers = await storm((n) =>
        call(n % 4 < 2 ? 'addToPost' : 'removeFromPost', fans[n % 3] as Id, { postId }),
      );
      expectAnswered(answers);
      const given = answers.filter((answer, n) => n % 4 < 2 && changedBy([answer])).length;
      const taken = answers.filter((answer, n) => n % 4 >= 2 && changedBy([answer])).length;
      expect(await reactionsOn(postId)).toHaveLength(given - taken);
    });
  });

  it('takes no reaction after the post has gone or its author has blocked', async () => {
    await rounds(async (round) => {
      const [postId, fan = ''] = [await post(), fans[0]];
      const end =
        round % 2
          ? call('delete', author, { postId }, 'posts')
          : call('block', author, { userId: fan }, 'graph');
      const answers = await storm((n) =>
        n === (round * 7) % STORM ? end : call(n % 2 ? 'addToPost' : 'removeFromPost', fan, { postId }),
      );
      expectAnswered(answers, 'post.not_found');
      const late = await on.racers.race([call('addToPost', fan, { postId })]);
      expect(late).toMatchObject([{ ok: false, code: 'post.not_found' }]);
      await on.racers.race([call('unblock', author, { userId: fan }, 'graph')]);
    });
  });

  it('counts reactions on comments beside answers, deletion and reactions on the post', async () => {
    await rounds(async (round) => {
      const postId = await post();
      const commentId = await comment(postId);
      const end = call('delete', author, { commentId }, 'comments');
      const answers = await storm((n) => {
        const fan = fans[n] as Id;
        if (n === (round * 7) % STORM) return end;
        if (n % 3 === 0) return call('addToComment', fan, { commentId });
        if (n % 3 === 1) return call('addToPost', fan, { postId });
        return call('create', fan, { postId, parentId: commentId, text: 'x' }, 'comments');
      });
      expectAnswered(answers, 'comment.not_found');
    });
  });
});
