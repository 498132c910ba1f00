import {
  type CoreStores,
  createGraphService,
  createIds,
  type Id,
  type UnitOfWork,
  userActor,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createSocialKit } from '../../kit/index.js';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { type Answer, type Call, type Racers, startRacers } from './racers.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 8);
const STORM = 20;

describePostgres('the graph between two processes', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  let storage: Storage;
  let racers: Racers;
  let nextAccount: () => Id;

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    racers = await startRacers(database.url);
    const { clock } = racers;
    const ids = createIds({ clock, node: 1000 });
    storage = createPostgresStorage({ postgres: database.a, clock, ids });
    nextAccount = () => ids.next();
  });
  afterAll(async () => {
    await racers?.close();
    await database.close();
  });

  let people: readonly Id[];
  const accounts = async (count: number, isPrivate = false): Promise<readonly Id[]> => {
    const made = Array.from({ length: count }, nextAccount);
    await storage.unitOfWork.transact(async (stores) => {
      for (const id of made) await stores.accounts.insert(sampleAccount(id, { isPrivate }));
    });
    return made;
  };
  beforeEach(async () => {
    people = await accounts(6);
  });

  const call = (operation: string, actorId: Id, userId: Id): Call => ({
    slice: 'graph',
    operation,
    actorId,
    input: { userId },
  });
  const storm = (make: (n: number) => Call) => racers.race(Array.from({ length: STORM }, (_, n) => make(n)));

  const changedBy = (answers: readonly Answer[]): number =>
    answers.filter((answer) => answer.ok && (answer.value as { changed: boolean }).changed).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) => {
    const refused = answers.filter((answer) => !answer.ok);
    expect(refused.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  };

  /** What must hold whoever won: counters are recounts, and nothing stands beside a block. */
  const expectSound = async () => {
    const { rows } = await sql<{ broken: string }>`
      WITH either AS (
        SELECT blocker_id AS a, blocked_id AS b FROM blocks UNION SELECT blocked_id, blocker_id FROM blocks
      )
      SELECT 'follow beside a block' AS broken FROM follows JOIN either ON follower_id = a AND followee_id = b
      UNION ALL SELECT 'follow request beside a block' FROM follow_requests
        JOIN either ON requester_id = a AND target_id = b
      UNION ALL SELECT 'friendship beside a block' FROM friendships JOIN either ON user_id = a AND friend_id = b
      UNION ALL SELECT 'friend request beside a block' FROM friend_requests
        JOIN either ON requester_id = a AND target_id = b
      UNION ALL SELECT 'follow beside its request' FROM follows
        JOIN follow_requests ON requester_id = follower_id AND target_id = followee_id
      UNION ALL SELECT 'friendship beside its request' FROM friendships
        JOIN friend_requests ON requester_id = user_id AND target_id = friend_id
      UNION ALL SELECT 'one-sided friendship' FROM friendships AS f WHERE NOT EXISTS (
        SELECT FROM friendships AS back WHERE back.user_id = f.friend_id AND back.friend_id = f.user_id)
      UNION ALL SELECT 'two friend requests' FROM friend_requests AS r
        JOIN friend_requests AS o ON o.requester_id = r.target_id AND o.target_id = r.requester_id
      UNION ALL SELECT 'a count that is no recount' FROM accounts AS c
        WHERE follower_count <> (SELECT count(*) FROM follows WHERE followee_id = c.id)
          OR following_count <> (SELECT count(*) FROM follows WHERE follower_id = c.id)
          OR friend_count <> (SELECT count(*) FROM friendships WHERE user_id = c.id)`.execute(database.a.db);
    expect(rows).toEqual([]);
  };

  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
    await expectSound();
  };

  it('changes a follow once in a storm of the same follow, and once in one of unfollows', async () => {
    await rounds(async () => {
      const [a = '', b = ''] = await accounts(2);
      const followed = await storm(() => call('follow', a, b));
      expectAnswered(followed);
      expect(changedBy(followed)).toBe(1);
      const ended = await storm((n) => call(n % 4 < 2 ? 'unfollow' : 'removeFollower', ...order(n, a, b)));
      expectAnswered(ended);
      expect(changedBy(ended)).toBe(1);
    });
  });
  /** `unfollow` is the follower's call, `removeFollower` the followed account's. */
  const order = (n: number, follower: Id, followee: Id): readonly [Id, Id] =>
    n % 4 < 2 ? [follower, followee] : [followee, follower];

  it('counts every one of twenty followers of one account', async () => {
    await rounds(async () => {
      const [star = ''] = await accounts(1);
      const fans = await accounts(STORM);
      const answers = await storm((n) => call('follow', fans[n] as Id, star));
      expectAnswered(answers);
      expect(changedBy(answers)).toBe(STORM);
      const account = (await storage.readers.accounts.byIds([star])).get(star);
      expect(account?.followerCount).toBe(STORM);
    });
  });

  it('never leaves a follow beside a block', async () => {
    await rounds(async (round) => {
      const [a = '', b = ''] = await accounts(2);
      const answers = await storm((n) => {
        const [who, whom] = n % 4 < 2 ? [a, b] : [b, a];
        return call(n % (2 + (round % 3)) === 0 ? 'block' : 'follow', who, whom);
      });
      expectAnswered(answers, 'account.not_found');
      expect(await storage.readers.follows.isFollowing(a, b)).toBe(false);
      expect(await storage.readers.follows.isFollowing(b, a)).toBe(false);
    });
  });

  it('blocks and unblocks as often as it says, and ends as the last of them', async () => {
    await rounds(async () => {
      const [a = '', b = ''] = await accounts(2);
      const answers = await storm((n) => call(n % 2 ? 'block' : 'unblock', a, b));
      expectAnswered(answers);
      const blocked = answers.filter((answer, n) => n % 2 && changedBy([answer])).length;
      const unblocked = answers.filter((answer, n) => !(n % 2) && changedBy([answer])).length;
      const isBlocking = await storage.readers.blocks.isBlocking(a, b);
      expect(blocked - unblocked).toBe(isBlocking ? 1 : 0);
    });
  });

  it('accepts, rejects or cancels a request once, whoever is first', async () => {
    await rounds(async (round) => {
      const [target = ''] = await accounts(1, true);
      const [fan = ''] = await accounts(1);
      expect(changedBy(await storm(() => call('follow', fan, target)))).toBe(1);
      const answers = await storm((n) => {
        if ((n + round) % 3 === 0) return call('cancelRequest', fan, target);
        return call((n + round) % 3 === 1 ? 'acceptRequest' : 'rejectRequest', target, fan);
      });
      expectAnswered(answers);
      expect(changedBy(answers)).toBe(1);
      expect(await storage.readers.followRequests.find(fan, target)).toBeNull();
    });
  });

  it('leaves neither request nor follow beside a block that races with asking and accepting', async () => {
    await rounds(async () => {
      const [a = '', b = ''] = await accounts(2, true);
      const turns = ['follow', 'acceptRequest', 'requestFriend', 'acceptFriend', 'block'] as const;
      const answers = await storm((n) => {
        const [who, whom] = n % 2 ? [a, b] : [b, a];
        return call(turns[Math.floor(n / 2) % turns.length] as string, who, whom);
      });
      expectAnswered(answers, 'account.not_found');
      expect(await storage.readers.blocks.isBlocking(a, b)).toBe(true);
    });
  });

  it('leaves no request behind at an account that becomes public meanwhile', async () => {
    await using kit = await createSocialKit({ database: { url: database.url }, clock: racers.clock });
    await rounds(async (round) => {
      const [target = ''] = await accounts(1, true);
      const fans = await accounts(STORM);
      const open: Call = {
        slice: 'identity',
        operation: 'updateSettings',
        actorId: target,
        input: { isPrivate: false },
      };
      const answers = await storm((n) =>
        n === (round * 3) % STORM ? open : call('follow', fans[n] as Id, target),
      );
      expectAnswered(answers);
      await kit.idle();
      const left = await storage.readers.followRequests.pending(target, { after: null, limit: 1 });
      expect(left).toEqual([]);
      const account = (await storage.readers.accounts.byIds([target])).get(target);
      expect(account?.followerCount).toBe(STORM - 1);
    });
  });

  it('lets an account become public only after a request that is being made, so that it is accepted too', async () => {
    await using kit = await createSocialKit({ database: { url: database.url }, clock: racers.clock });
    const [target = ''] = await accounts(1, true);
    const [fan = ''] = await accounts(1);
    let goOn!: () => void;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let arrived!: () => void;
    const holding = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    // Stops the follow between its decision and its commit.
    const slow: UnitOfWork<CoreStores> = {
      transact: (work) =>
        storage.unitOfWork.transact((stores) => {
          const outbox: CoreStores['outbox'] = {
            async append(event) {
              arrived();
              await held;
              return stores.outbox.append(event);
            },
            appendAll: (events) => stores.outbox.appendAll(events),
          };
          return work({ ...stores, outbox });
        }),
    };
    const graph = createGraphService({ unitOfWork: slow, readers: storage.readers, runtime: kit.runtime });
    const asking = graph.follow(userActor(fan), { userId: target });
    await holding;
    let isPublic = false;
    const opening = kit.identity.updateSettings(userActor(target), { isPrivate: false }).then(() => {
      isPublic = true;
    });
    await vi.waitFor(async () => {
      const { rows } = await sql<{ waiting: number }>`
        SELECT count(*)::integer AS waiting FROM pg_locks WHERE NOT granted`.execute(database.b.db);
      expect(isPublic || (rows[0]?.waiting ?? 0) > 0).toBe(true);
    });
    if (isPublic) await kit.idle();
    goOn();
    expect(await asking).toEqual({ status: 'requested', changed: true });
    await opening;
    await kit.idle();
    expect(await storage.readers.followRequests.find(fan, target)).toBeNull();
    expect(await storage.readers.follows.isFollowing(fan, target)).toBe(true);
  });

  it('makes one friendship out of a storm of requests from both sides', async () => {
    await rounds(async () => {
      const [a = '', b = ''] = await accounts(2);
      const answers = await storm((n) =>
        n % 4 < 2 ? call('requestFriend', a, b) : call('requestFriend', b, a),
      );
      expectAnswered(answers);
      expect(await storage.readers.friends.areFriends(a, b)).toBe(true);
      expect(changedBy(answers)).toBe(2);
      const parted = await storm((n) => call('removeFriend', ...order(n, a, b)));
      expect(changedBy(parted)).toBe(1);
    });
  });

  it('ends a friend request once, whether accepted, declined or cancelled', async () => {
    await rounds(async (round) => {
      const [a = '', b = ''] = await accounts(2);
      await racers.race([call('requestFriend', a, b)]);
      const answers = await storm((n) => {
        if ((n + round) % 3 === 0) return call('cancelFriendRequest', a, b);
        return call((n + round) % 3 === 1 ? 'acceptFriend' : 'declineFriend', b, a);
      });
      expectAnswered(answers);
      expect(changedBy(answers)).toBe(1);
      expect(await storage.readers.friends.hasRequest(a, b)).toBe(false);
    });
  });

  it('mutes, unmutes and fills its lists once a change', async () => {
    await rounds(async () => {
      const [a = '', b = ''] = await accounts(2);
      expect(changedBy(await storm(() => call('mute', a, b)))).toBe(1);
      expect(changedBy(await storm(() => call('unmute', a, b)))).toBe(1);
      const own = (operation: string, input: object): Call => ({
        slice: 'graph',
        operation,
        actorId: a,
        input,
      });
      expect(changedBy(await storm(() => own('followHashtag', { tag: 'tea' })))).toBe(1);
      expect(changedBy(await storm(() => own('unfollowHashtag', { tag: 'tea' })))).toBe(1);
      expect(changedBy(await storm(() => own('muteWord', { word: 'tea' })))).toBe(1);
      expect(changedBy(await storm(() => own('unmuteWord', { word: 'tea' })))).toBe(1);
    });
  });

  it('keeps the limit of muted words when the last places are raced for', async () => {
    const [a = ''] = await accounts(1);
    await storage.unitOfWork.transact(async ({ topics }) => {
      for (let n = 0; n < 295; n++)
        await topics.muteWord(a, { word: `old ${n}`, id: nextAccount(), expiresAt: null }, 0);
    });
    const answers = await storm((n) => ({
      slice: 'graph',
      operation: 'muteWord',
      actorId: a,
      input: { word: `new ${n}` },
    }));
    expectAnswered(answers, 'muted_word.limit_reached');
    expect(changedBy(answers)).toBe(5);
    expect(await storage.readers.topics.count(a, 'words')).toBe(300);
  });

  it('holds under a storm of everything among a few', async () => {
    const operations = [
      'follow',
      'unfollow',
      'removeFollower',
      'acceptRequest',
      'rejectRequest',
      'cancelRequest',
      'requestFriend',
      'acceptFriend',
      'declineFriend',
      'cancelFriendRequest',
      'removeFriend',
      'block',
      'unblock',
      'mute',
      'unmute',
    ];
    people = [...people, ...(await accounts(2, true))];
    let state = 1;
    const random = (below: number) => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    await rounds(async () => {
      const answers = await racers.race(
        Array.from({ length: 120 }, () => {
          const a = random(people.length);
          const b = (a + 1 + random(people.length - 1)) % people.length;
          return call(operations[random(operations.length)] as string, people[a] as Id, people[b] as Id);
        }),
      );
      expectAnswered(answers, 'account.not_found');
      await expectSound();
    });
  });
});
