import type { Id } from '@socialkit/core';
import { sampleAccount, samplePost } from '@socialkit/core/testing';
import { sealWaiting, verifyChain } from '@socialkit/moderation';
import { describePostgres } from '@socialkit/test-services/vitest';
import { beforeEach, expect, it } from 'vitest';
import { createSocialKit } from '../../kit/index.js';
import type { Answer, Call } from './racers.js';
import { racingStorage } from './racing-storage.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 6);

describePostgres('enforcement between two processes', (server) => {
  const on = racingStorage(server);

  let author: Id;
  let staff: Id;
  beforeEach(async () => {
    [author, staff] = [on.nextId(), on.nextId()];
    await on.storage.unitOfWork.transact(async ({ accounts }) => {
      await accounts.insert(sampleAccount(author));
      await accounts.insert(sampleAccount(staff, { role: 'admin' }));
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
  const apply = (id: Id, more: object = {}): Call => ({
    slice: 'measures',
    operation: 'apply',
    actorId: staff,
    as: 'staff',
    input: {
      subject: { kind: 'post', id },
      revision: 1,
      measures: [{ kind: 'remove' }],
      category: 'spam',
      explanation: 'It repeats itself.',
      ...more,
    },
  });
  const own = (slice: string, operation: string, input: object): Call => ({
    slice,
    operation,
    actorId: author,
    input,
  });
  const applied = async (call: Call): Promise<Id> => {
    const [answer] = await on.racers.race([call]);
    if (!answer?.ok) throw new Error(JSON.stringify(answer));
    return (answer.value as { items: { id: Id }[] }).items[0]?.id ?? '';
  };
  const codesOf = (answers: readonly Answer[]) =>
    answers.flatMap((answer) => (answer.ok ? [] : [answer.code]));

  it('never restricts what was edited meanwhile, and never lets an edit in behind a takedown', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      const id = await post();
      const edit = own('posts', 'edit', { postId: id, text: `another ${round}` });
      const [removal, edited] = await on.racers
        .race(round % 2 ? [apply(id), edit] : [apply(id), edit].reverse())
        .then((answers) => (round % 2 ? answers : [...answers].reverse()));
      expect([removal?.ok, edited?.ok].filter(Boolean)).toHaveLength(1);
      const stored = await on.storage.readers.posts.find(id);
      const measures = await on.storage.readers.measures.active({ kind: 'post', id });
      if (removal?.ok) {
        expect([stored?.status, stored?.text, measures.length]).toEqual(['flagged', `post ${id}`, 1]);
        expect(codesOf(edited ? [edited] : [])[0]).toMatch(/post\.(not_editable|changed_meanwhile)/);
      } else {
        expect([stored?.status, measures.length]).toEqual(['published', 0]);
        expect(codesOf(removal ? [removal] : [])).toEqual(['subject.stale_revision']);
      }
      outcomes.add(removal?.ok ? 'removed' : 'edited');
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('takes a measure back once, however many try, and counts the post once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const id = await post();
      const measureId = await applied(apply(id));
      const reverse: Call = {
        slice: 'measures',
        operation: 'reverse',
        actorId: staff,
        as: 'staff',
        input: { measureId, reason: 'an error' },
      };
      const answers = await on.racers.race(Array.from({ length: 8 }, () => reverse));
      expect(codesOf(answers)).toEqual([]);
      const changed = answers.filter((answer) => answer.ok && (answer.value as { changed: boolean }).changed);
      expect(changed).toHaveLength(1);
      expect((await on.storage.readers.posts.find(id))?.status).toBe('published');
    }
    const account = (await on.storage.readers.accounts.byIds([author])).get(author);
    expect(account?.postCount).toBe(ROUNDS);
  });

  it('lets a decision be appealed against once', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const statementId = await applied(apply(await post()));
      const file = own('appeals', 'file', { statementId, text: 'it is fine' });
      const answers = await on.racers.race(Array.from({ length: 8 }, () => file));
      expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
      expect(new Set(codesOf(answers))).toEqual(new Set(['appeal.already_made']));
    }
  });

  it('counts every strike, and crosses a threshold once', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, post));
    const answers = await on.racers.race(ids.map((id) => apply(id, { strike: 1 })));
    expect(codesOf(answers)).toEqual([]);
    const { readers } = on.storage;
    expect(await readers.strikes.counting(author, 0)).toHaveLength(5);
    const limits = await readers.measures.active({ kind: 'account', id: author });
    expect(limits.map(({ kind }) => kind)).toEqual(['limit']);
    expect((await readers.accounts.byIds([author])).get(author)?.state).toBe('limited');
  });

  it('seals every entry once while others write and seal', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, post));
    const sealing = Promise.all(Array.from({ length: 4 }, () => sealWaiting(on.storage.unitOfWork)));
    await on.racers.race(ids.map((id) => apply(id)));
    await sealing;
    await Promise.all(Array.from({ length: 3 }, () => sealWaiting(on.storage.unitOfWork)));
    const report = await verifyChain(on.storage.readers.auditChain);
    expect(report).toMatchObject({ waiting: 0, faults: [] });
    expect(report.sealed).toBeGreaterThanOrEqual(12);
  });

  it('finishes in another process what a killed one had only committed', async () => {
    const id = await post();
    const now = on.racers.clock.now();
    // The racers work no jobs: what they commit waits for somebody, as if they had died right behind the commit.
    await applied(apply(id, { measures: [{ kind: 'remove', until: now + 60_000 }] }));
    const before = await on.storage.readers.userStreams.heads([author]);
    const shift = { ms: 0 };
    await using kit = await createSocialKit({
      database: { url: on.database.url },
      clock: { now: () => on.racers.clock.now() + shift.ms },
    });
    await kit.idle();
    const after = await on.storage.readers.userStreams.heads([author]);
    expect(after).not.toEqual(before);
    await expect(kit.posts.get(kit.system, { postId: id })).rejects.toMatchObject({ code: 'post.not_found' });
    shift.ms = 120_000;
    await kit.idle();
    expect((await on.storage.readers.posts.find(id))?.status).toBe('published');
    const [statement] = (await kit.moderation.statements.list(kit.actor(author), {})).items;
    expect(statement).toMatchObject({ enforcement: 'none', end: 'expired' });
  });
});
