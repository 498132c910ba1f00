import type { Id } from '@socialkit/core';
import { sampleAccount, samplePost } from '@socialkit/core/testing';
import { sampleCase } from '@socialkit/moderation/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { beforeEach, expect, it } from 'vitest';
import type { Answer, Call } from './racers.js';
import { racingStorage } from './racing-storage.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 3);
const STORM = 20;

describePostgres('reports and cases between two processes', (server) => {
  const on = racingStorage(server);

  let author: Id;
  let people: readonly Id[];
  let moderators: readonly Id[];
  beforeEach(async () => {
    author = on.nextId();
    people = Array.from({ length: STORM }, on.nextId);
    moderators = Array.from({ length: STORM }, on.nextId);
    await on.storage.unitOfWork.transact(async ({ accounts }) => {
      for (const id of [author, ...people]) await accounts.insert(sampleAccount(id));
      for (const id of moderators) await accounts.insert({ ...sampleAccount(id), role: 'moderator' });
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
  const open = async (): Promise<{ readonly caseId: Id; readonly postId: Id }> => {
    const postId = await post();
    const caseId = on.nextId();
    await on.storage.unitOfWork.transact(({ cases }) =>
      cases.insert(
        sampleCase(caseId, {
          subject: { kind: 'post', id: postId },
          authorId: author,
          queue: 'spam',
          openedAt: on.racers.clock.now(),
          dueAt: on.racers.clock.now() + 3_600_000,
        }),
      ),
    );
    return { caseId, postId };
  };
  const storm = (make: (n: number) => Call) =>
    on.racers.race(Array.from({ length: STORM }, (_, n) => make(n)));
  const report = (actorId: Id, id: Id): Call => ({
    slice: 'reports',
    operation: 'create',
    actorId,
    input: { subject: { kind: 'post', id }, reason: 'misleading.spam' },
  });
  const staff = (operation: string, actorId: Id, input: object): Call => ({
    slice: 'cases',
    operation,
    actorId,
    as: 'staff',
    input,
  });
  const verdict = { decision: 'restrict', reason: 'spam', measures: [{ kind: 'remove' }] };
  const codes = (answers: readonly Answer[]) => answers.map((answer) => (answer.ok ? 'ok' : answer.code));

  it('count a report once that is made everywhere at once, and each of many', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const postId = await post();
      const same = await storm(() => report(people[round] ?? '', postId));
      const isNew = same.filter((answer) => answer.ok && (answer.value as { isNew: boolean }).isNew);
      expect(isNew).toHaveLength(1);
      // Nothing but what a caller may be told: twenty at once are within the limit of the first round only.
      expect(codes(same).filter((code) => code !== 'ok' && code !== 'report.too_many')).toEqual([]);
      const others = await post();
      expect(codes(await storm((n) => report(people[n] ?? '', others)))).toEqual(
        people.map((_, n) => (n < round + 1 ? expect.stringMatching(/ok|report.too_many/) : 'ok')),
      );
    }
  });

  it('give every case to one moderator, and take one verdict about it', async () => {
    const opened = new Map<Id, Id>();
    for (let n = 0; n < STORM; n++) {
      const { caseId, postId } = await open();
      opened.set(caseId, postId);
    }
    const answers = await storm((n) => staff('claim', moderators[n] ?? '', {}));
    const claims = answers.map((answer) => {
      if (!answer.ok) throw new Error(answer.code);
      return (answer.value as { claim: { token: number; case: { id: Id } } }).claim;
    });
    expect(new Set(claims.map(({ case: { id } }) => id))).toEqual(new Set(opened.keys()));
    for (const [n, { token, case: one }] of claims.slice(0, ROUNDS).entries()) {
      const decided = await storm(() =>
        staff('decide', moderators[n] ?? '', { caseId: one.id, token, verdict }),
      );
      expect(codes(decided).sort()).toEqual([...Array(STORM - 1).fill('case.closed'), 'ok']);
      const subject = { kind: 'post', id: opened.get(one.id) ?? '' } as const;
      expect(await on.storage.readers.measures.active(subject)).toHaveLength(1);
    }
  });

  it('never decide about words that were changed meanwhile', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { caseId, postId } = await open();
      const bulk = { caseIds: [caseId], verdict };
      const answers = await storm((n) =>
        n % 4 === 0
          ? {
              slice: 'posts',
              operation: 'edit',
              actorId: author,
              input: { postId, text: `words ${round} ${n}` },
            }
          : staff('decideMany', moderators[n] ?? '', bulk),
      );
      const allowed = /ok|post\.(changed_meanwhile|not_editable|illegal_move)/;
      expect(codes(answers).filter((code) => !allowed.test(code))).toEqual([]);
      const cases = await on.storage.readers.cases.ofSubject({ kind: 'post', id: postId }, 10);
      const first = cases.find(({ id }) => id === caseId);
      const decided = cases.filter(({ state }) => state === 'decided');
      expect(decided.length).toBeLessThanOrEqual(1);
      expect(['decided', 'superseded', 'open']).toContain(first?.state);
      const now = await on.storage.readers.posts.find(postId);
      const measures = await on.storage.readers.measures.active({ kind: 'post', id: postId });
      expect([now?.status === 'flagged', measures.length]).toEqual([decided.length === 1, decided.length]);
    }
  });
});
