import { beforeEach, describe, expect, it } from 'vitest';
import { createThreadWorld, type Person, type ThreadWorld } from '../comments/sample-world.js';
import { systemActor } from '../kernel/actor.js';
import { SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { silentLogger } from '../kernel/runtime.js';
import { createReconcileJob } from './reconcile-job.js';
import type { CounterDelta, CounterReader } from './store.js';
import type { ReconcilePosition } from './types.js';

const code = (expected: string) => expect.objectContaining({ code: expected });
const system = systemActor('test');

describe('reconciling counters', () => {
  let world: ThreadWorld;
  let author: Person;
  let reader: Person;
  let postId: Id;
  let commentId: Id;
  beforeEach(async () => {
    world = createThreadWorld();
    author = await world.account();
    reader = await world.account();
    postId = await world.post(author);
    await world.unitOfWork.transact(({ counters }) =>
      counters.add([{ subject: 'account', id: author.id, counter: 'postCount', delta: 1 }]),
    );
    commentId = (await world.comments.create(reader.actor, { postId, text: 'x' })).id;
    await world.comments.create(author.actor, { postId, parentId: commentId, text: 'y' });
    await world.reactions.addToComment(author.actor, { commentId });
    await world.reactions.addToPost(reader.actor, { postId, kind: 'love' });
    world.told();
  });

  const plant = (...deltas: readonly CounterDelta[]) =>
    world.unitOfWork.transact(({ counters }) => counters.add(deltas));
  const walk = async (repair: boolean, limit = 200) => {
    const seen = { checked: 0, drifted: 0, repaired: 0 };
    let next: ReconcilePosition | null = { subject: 'account', after: null };
    while (next) {
      const done: Awaited<ReturnType<typeof world.counters.reconcile>> = await world.counters.reconcile(
        system,
        {
          ...next,
          limit,
          repair,
        },
      );
      seen.checked += done.checked;
      seen.drifted += done.drifted.length;
      seen.repaired += done.repaired;
      next = done.next;
    }
    return seen;
  };

  it('reports nothing and writes nothing in a clean world', async () => {
    expect(await walk(true)).toEqual({ checked: 5, drifted: 0, repaired: 0 });
    expect(await walk(true, 1)).toEqual({ checked: 5, drifted: 0, repaired: 0 });
    expect(world.events).toEqual([]);
  });

  it('finds a planted drift of every subject, and repairs it when asked to', async () => {
    await plant(
      { subject: 'account', id: author.id, counter: 'followerCount', delta: 3 },
      { subject: 'post', id: postId, counter: 'commentCount', delta: -1 },
      { subject: 'post', id: postId, counter: 'reaction:wow', delta: 2 },
      { subject: 'comment', id: commentId, counter: 'replyCount', delta: 4 },
      { subject: 'comment', id: commentId, counter: 'reaction:like', delta: -1 },
      { subject: 'hashtag', id: 'news', counter: 'postCount', delta: 7 },
    );
    const { drifted, next } = await world.counters.reconcile(system, { subject: 'post' });
    expect(drifted).toEqual([
      { subject: 'post', id: postId, counter: 'commentCount', stored: 1, actual: 2 },
      { subject: 'post', id: postId, counter: 'reaction:wow', stored: 2, actual: 0 },
      { subject: 'post', id: postId, counter: 'reactionCount', stored: 3, actual: 1 },
    ]);
    expect(next).toEqual({ subject: 'comment', after: null });
    expect(await walk(false)).toMatchObject({ drifted: 8, repaired: 0 });
    world.told();
    expect(await walk(true)).toMatchObject({ drifted: 8, repaired: 8 });
    expect(world.events).toMatchObject(
      [1, 3, 3, 1].map((count) => ({
        type: 'counter.drift_found',
        payload: { repaired: true, drifted: Array.from({ length: count }, () => ({})) },
      })),
    );
    expect(await walk(true)).toMatchObject({ drifted: 0 });
    expect(await world.postCounts(postId)).toMatchObject({
      commentCount: 2,
      reactionCount: 1,
      reactionCounts: { love: 1 },
    });
  });

  it('is staff’s, with the permission and a log of what was repaired', async () => {
    await expect(world.counters.reconcile(reader.actor, {})).rejects.toThrow(
      code('actor.missing_permission'),
    );
    const staff = await world.moderator();
    await plant({ subject: 'account', id: reader.id, counter: 'friendCount', delta: 1 });
    expect(await world.counters.reconcile(staff.actor, { repair: true })).toMatchObject({ repaired: 1 });
    const log = await world.readers.audit.bySubject({ kind: 'account', id: reader.id }, { limit: 5 });
    expect(log).toMatchObject([
      { action: 'counters.reconcile', actorId: staff.id, details: { repair: true } },
    ]);
    await expect(world.counters.reconcile(staff.actor, { after: '5' })).rejects.toThrow(
      code('input.invalid'),
    );
  });

  it('runs as a job that repairs everything and plans its successor once', async () => {
    const job = world.reconcileJob(1);
    await Promise.all([job.schedule(), job.schedule()]);
    expect(await world.jobs.stats()).toMatchObject({ due: 0, scheduled: 1 });
    world.clock.advance(24 * 60 * 60_000);
    await plant(
      { subject: 'comment', id: commentId, counter: 'replyCount', delta: 1 },
      { subject: 'account', id: author.id, counter: 'postCount', delta: 1 },
    );
    const claimed = await world.jobs.claim(job.queue, 10, 1000);
    expect(claimed).toHaveLength(1);
    await job.handler(claimed, { signal: new AbortController().signal, fail: () => {} });
    for (const subject of ['account', 'post', 'comment', 'hashtag'] as const)
      expect(await world.drift(subject)).toEqual([]);
    expect(await world.jobs.stats()).toMatchObject({ scheduled: 1 });
    // A walk that is told to stop stops.
    const aborted = AbortSignal.abort(new Error('stop'));
    await expect(job.handler(claimed, { signal: aborted, fail: () => {} })).rejects.toThrow('stop');
  });
});

describe('a walk that meets somebody too large to be recounted in time', () => {
  it('passes over him alone and repairs everybody else', async () => {
    const world = createThreadWorld();
    const people: Person[] = [];
    for (let n = 0; n < 9; n++) people.push(await world.account());
    await world.unitOfWork.transact(({ counters }) =>
      counters.add(
        people.map(
          ({ id }): CounterDelta => ({ subject: 'account', id, counter: 'followerCount', delta: 1 }),
        ),
      ),
    );
    const giant = people[4]?.id ?? '';
    const { counters } = world.readers;
    const patient: CounterReader = {
      following: counters.following,
      async recount(subject, stretch) {
        const found = await counters.recount(subject, stretch);
        if (found.drifted.some(({ id }) => id === giant))
          throw new SocialError('timeout', 'storage.timeout', 'the database did not answer in time');
        return found;
      },
    };
    const warned: object[] = [];
    const logger = { ...silentLogger, warn: (fields: object) => void warned.push(fields) };
    const { unitOfWork, clock } = world;
    const job = createReconcileJob({ unitOfWork, readers: { counters: patient }, clock, logger });
    await job.handler([], { signal: new AbortController().signal, fail: () => {} });
    expect((await world.drift('account')).map(({ id }) => id)).toEqual([giant]);
    expect(warned).toContainEqual({ subject: 'account', id: giant });
  });
});

describe('changing counters', () => {
  it('sums a batch per counter and changes nothing for nothing', async () => {
    const world = createThreadWorld();
    const person = await world.account();
    const postId = await world.post(person);
    await world.unitOfWork.transact(({ counters }) =>
      counters.add([
        { subject: 'post', id: postId, counter: 'reaction:like', delta: 2 },
        { subject: 'account', id: person.id, counter: 'followerCount', delta: 1 },
        { subject: 'post', id: postId, counter: 'reaction:like', delta: -2 },
        { subject: 'post', id: postId, counter: 'reaction:sad', delta: 1 },
        { subject: 'account', id: person.id, counter: 'followerCount', delta: 1 },
        { subject: 'account', id: '5', counter: 'followerCount', delta: -1 },
      ]),
    );
    expect(await world.postCounts(postId)).toMatchObject({ reactionCount: 1, reactionCounts: { sad: 1 } });
    expect((await world.readers.accounts.byIds([person.id])).get(person.id)?.followerCount).toBe(2);
    await expect(
      world.unitOfWork.transact(({ counters }) =>
        counters.add([{ subject: 'account', id: person.id, counter: 'followerCount', delta: 0.5 }]),
      ),
    ).rejects.toThrow(TypeError);
  });
});
