import { type ConversationsService, createConversationsService } from '@socialkit/chat';
import {
  createHooks,
  createIds,
  type Id,
  isSocialError,
  noTracer,
  silentLogger,
  userActor,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPostgres } from '../postgres-template.js';
import { type Answer, type Call, type Racers, startRacers } from './racers.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 6);
const STORM = 20;

describePostgres('conversations between two processes', (server) => {
  let database: Awaited<ReturnType<typeof openMigratedPostgres>>;
  let storage: Storage;
  let racers: Racers;
  let nextId: () => Id;
  /** Services of this process with bounds that a storm reaches, one on each pool. */
  let tight: readonly [ConversationsService, ConversationsService];

  beforeAll(async () => {
    database = await openMigratedPostgres(server);
    racers = await startRacers(database.url);
    const { clock } = racers;
    const ids = createIds({ clock, node: 1000 });
    nextId = () => ids.next();
    storage = createPostgresStorage({ postgres: database.a, clock, ids });
    const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
    const other = createPostgresStorage({ postgres: database.b, clock, ids });
    tight = [storage, other].map(({ unitOfWork, readers }) =>
      createConversationsService({ unitOfWork, readers, runtime }, { maxMembers: 5, maxLinks: 3 }),
    ) as unknown as typeof tight;
  });
  afterAll(async () => {
    await racers?.close();
    await database.close();
  });

  let owner: Id;
  let fans: readonly Id[];
  const accounts = (ids: readonly Id[], createdAt = 0) =>
    storage.unitOfWork.transact(async (stores) => {
      for (const id of ids) await stores.accounts.insert(sampleAccount(id, { createdAt }));
    });
  beforeEach(async () => {
    owner = nextId();
    fans = Array.from({ length: STORM }, nextId);
    await accounts([owner, ...fans]);
    await storage.unitOfWork.transact(async ({ follows }) => {
      for (const followerId of fans)
        await follows.insert({ followerId, followeeId: owner, id: nextId(), hideReposts: false });
    });
  });

  const call = (operation: string, actorId: Id, input: object): Call => ({
    slice: 'conversations',
    operation,
    actorId,
    input,
  });
  const one = async <T>(made: Call): Promise<T> => {
    const [answer] = await racers.race([made]);
    if (!answer?.ok) throw new Error(`${made.operation} was refused: ${JSON.stringify(answer)}`);
    return answer.value as T;
  };
  const storm = (make: (n: number) => Call, count = STORM) =>
    racers.race(Array.from({ length: count }, (_, n) => make(n)));
  const said = (answers: readonly Answer[], field: string): number =>
    answers.filter((answer) => answer.ok && (answer.value as Record<string, unknown>)[field] === true).length;
  /** Nothing but what a caller may be told: never contention, a lost connection or a bug. */
  const expectAnswered = (answers: readonly Answer[], ...codes: readonly string[]) => {
    expect(answers.filter((answer) => !answer.ok && !codes.includes(answer.code))).toEqual([]);
  };
  const group = async (userIds: readonly Id[] = []): Promise<Id> =>
    (await one<{ id: Id }>(call('createGroup', owner, { title: 'Race', userIds }))).id;
  const fan = (n: number): Id => fans[n % fans.length] as Id;
  const stateOf = async (conversationId: Id, userId: Id) =>
    (await storage.readers.members.of(conversationId, [userId])).get(userId)?.state;
  const query = async (text: string) => (await database.a.pool.query(text)).rows;

  /** What holds of every conversation at any time. */
  const expectSound = async () => {
    expect(
      await query(`SELECT c.id FROM conversations c WHERE c.member_count <>
        (SELECT count(*) FROM conversation_members m WHERE m.conversation_id = c.id AND m.state = 'active')`),
    ).toEqual([]);
    expect(
      await query(`SELECT c.id FROM conversations c JOIN (
          SELECT conversation_id, count(*) AS n, max("offset") AS top FROM conversation_events GROUP BY 1
        ) e ON e.conversation_id = c.id WHERE e.n <> e.top OR e.top <> c.last_offset`),
    ).toEqual([]);
    expect(
      await query(`SELECT c.id FROM conversations c WHERE c.kind = 'group' AND c.deleted_at IS NULL AND (
          SELECT count(*) FROM conversation_members m WHERE m.conversation_id = c.id AND m.role = 'owner'
            AND m.state = 'active' AND m.user_id = c.owner_id) <> 1`),
    ).toEqual([]);
  };
  const rounds = async (run: (round: number) => Promise<void>) => {
    for (let round = 0; round < ROUNDS; round++) await run(round);
    await expectSound();
  };

  it('opens one conversation a pair, whoever opens it', async () => {
    await rounds(async (round) => {
      const other = fan(round);
      const answers = await storm((n) =>
        call('openDirect', n % 3 ? owner : other, { userId: n % 3 ? other : owner }),
      );
      expectAnswered(answers);
      const ids = new Set(answers.map((answer) => (answer.ok ? (answer.value as { id: Id }).id : null)));
      expect(ids.size).toBe(1);
      const [id] = ids;
      expect(
        await query(`SELECT count(*)::integer AS made FROM events
          WHERE type = 'conversation.created' AND payload ->> 'conversationId' = '${id}'`),
      ).toEqual([{ made: 1 }]);
    });
  });

  it('opens no conversation behind a block', async () => {
    await rounds(async () => {
      const other = nextId();
      await accounts([other]);
      const answers = await racers.race(
        Array.from({ length: STORM }, (_, n) =>
          n === 7
            ? { slice: 'graph', operation: 'block', actorId: other, input: { userId: owner } }
            : call('openDirect', owner, { userId: other }),
        ),
      );
      expectAnswered(answers, 'account.not_found');
      const [after] = await racers.race([call('openDirect', owner, { userId: other })]);
      expect(after).toMatchObject({ ok: false, code: 'account.not_found' });
      const view = await storage.readers.conversations.ofPair(owner, other);
      if (view === null) return;
      const seen = await one<{ viewer: { capabilities: { send: boolean } } }>(
        call('get', owner, { conversationId: view.id }),
      );
      expect(seen.viewer.capabilities.send).toBe(false);
    });
  });

  it('lets a new account open as many conversations as it may, not one more', async () => {
    await rounds(async () => {
      const young = nextId();
      await accounts([young], racers.clock.now());
      const answers = await storm((n) => call('openDirect', young, { userId: fan(n) }));
      expectAnswered(answers, 'conversation.opening_limited');
      expect(answers.filter(({ ok }) => ok)).toHaveLength(10);
    });
  });

  it('founds one group an idempotency key', async () => {
    await rounds(async (round) => {
      const input = { title: 'Once', userIds: fans.slice(0, 3), idempotencyKey: `k${round}` };
      const answers = await storm(() => call('createGroup', owner, input));
      expectAnswered(answers);
      const ids = answers.map((answer) => (answer.ok ? (answer.value as { id: Id }).id : null));
      expect(new Set(ids).size).toBe(1);
    });
  });

  it('lets in by a link as many as it has uses', async () => {
    await rounds(async () => {
      const conversationId = await group();
      const { token } = await one<{ token: string }>(
        call('createLink', owner, { conversationId, maxUses: 7 }),
      );
      const answers = await storm((n) => call('join', fan(n), { token }));
      expectAnswered(answers, 'join_link.not_found');
      expect(said(answers, 'joined')).toBe(7);
      expect(
        (await storage.readers.conversations.byIds([conversationId])).get(conversationId)?.memberCount,
      ).toBe(8);
    });
  });

  it('takes one use for one newcomer, however often he joins', async () => {
    await rounds(async (round) => {
      const conversationId = await group();
      const { token } = await one<{ token: string }>(
        call('createLink', owner, { conversationId, maxUses: 2 }),
      );
      const answers = await storm(() => call('join', fan(round), { token }));
      expectAnswered(answers);
      expect(said(answers, 'joined')).toBe(1);
    });
  });

  it('never has more members than it may, nor more links', async () => {
    const attempt = (made: Promise<unknown>) =>
      made.then(
        () => 'ok',
        (error: unknown) => {
          if (isSocialError(error)) return error.code;
          throw error;
        },
      );
    await rounds(async () => {
      const conversationId = await group();
      await one(call('invite', owner, { conversationId, userIds: fans }));
      const joins = await Promise.all(
        fans.map((id, n) =>
          attempt((tight[n % 2] as ConversationsService).accept(userActor(id), { conversationId })),
        ),
      );
      expect(joins.filter((code) => code === 'ok')).toHaveLength(4);
      expect(new Set(joins)).toEqual(new Set(['ok', 'conversation.full']));
      const links = await Promise.all(
        fans.map((_, n) =>
          attempt((tight[n % 2] as ConversationsService).createLink(userActor(owner), { conversationId })),
        ),
      );
      expect(links.filter((code) => code === 'ok')).toHaveLength(3);
    });
  });

  it('keeps a banned account out, whatever it does at the same time', async () => {
    await rounds(async (round) => {
      const conversationId = await group([fan(round)]);
      const { token } = await one<{ token: string }>(call('createLink', owner, { conversationId }));
      const answers = await storm((n) =>
        n % 4 === 0
          ? call('ban', owner, { conversationId, userId: fan(round) })
          : n % 4 === 1
            ? call('add', owner, { conversationId, userIds: [fan(round)] })
            : n % 4 === 2
              ? call('join', fan(round), { token })
              : call('leave', fan(round), { conversationId }),
      );
      expectAnswered(answers, 'join_link.not_found', 'conversation.not_found');
      expect(
        said(
          answers.filter((_, n) => n % 4 === 0),
          'changed',
        ),
      ).toBe(1);
      expect(await stateOf(conversationId, fan(round))).toBe('banned');
    });
  });

  it('hands a group to one of those who are named at the same time', async () => {
    await rounds(async () => {
      const conversationId = await group(fans);
      const answers = await storm((n) => call('transfer', owner, { conversationId, userId: fan(n) }));
      expectAnswered(answers, 'conversation.not_allowed');
      expect(said(answers, 'changed')).toBe(1);
    });
  });

  it('has an owner as long as there is anybody, and is gone with the last', async () => {
    await rounds(async () => {
      const conversationId = await group(fans);
      const half = await storm((n) => call('leave', n === 0 ? owner : fan(n), { conversationId }), STORM / 2);
      expectAnswered(half);
      await expectSound();
      const rest = await storm((n) => call('leave', n === 0 ? owner : fan(n), { conversationId }));
      expectAnswered(rest, 'conversation.not_found');
      await storm(() => call('leave', fan(0), { conversationId }), 1);
      expect((await storage.readers.conversations.byIds([conversationId])).size).toBe(0);
    });
  });

  it('gives roles to members only, whoever is taken out meanwhile', async () => {
    await rounds(async (round) => {
      const userId = fan(round);
      const conversationId = await group([userId]);
      const answers = await storm((n) =>
        n % 3 === 0
          ? call('remove', owner, { conversationId, userId })
          : call('setRole', owner, { conversationId, userId, role: n % 3 === 1 ? 'admin' : 'member' }),
      );
      expectAnswered(answers, 'member.not_found');
      const member = (await storage.readers.members.of(conversationId, [userId])).get(userId);
      expect(member).toMatchObject({ state: 'removed', role: 'member' });
    });
  });

  it('answers an invitation once: accepted, declined or taken back', async () => {
    await rounds(async () => {
      const conversationId = await group();
      const userId = nextId();
      await accounts([userId]);
      await one(call('invite', owner, { conversationId, userIds: [userId] }));
      const answers = await storm((n) =>
        n % 3 === 0
          ? call('accept', userId, { conversationId })
          : n % 3 === 1
            ? call('decline', userId, { conversationId })
            : call('uninvite', owner, { conversationId, userId }),
      );
      expectAnswered(answers, 'conversation.not_found');
      expect(said(answers, 'changed')).toBe(1);
      expect(await stateOf(conversationId, userId)).not.toBe('invited');
    });
  });

  it('counts every edit in the revision and in the log', async () => {
    await rounds(async () => {
      const conversationId = await group(fans.slice(0, 2));
      const answers = await storm((n) => call('edit', owner, { conversationId, title: `title ${n}` }));
      expectAnswered(answers);
      const row = (await storage.readers.conversations.byIds([conversationId])).get(conversationId);
      expect(row).toMatchObject({ revision: 1 + STORM, lastOffset: 3 + STORM });
    });
  });

  it('pins as many conversations as an account may', async () => {
    await rounds(async () => {
      const ids = await Promise.all(Array.from({ length: STORM / 2 + 2 }, () => nextId()));
      const made: Id[] = [];
      for (const _ of ids) made.push(await group());
      const answers = await storm(
        (n) => call('prefer', owner, { conversationId: made[n] as Id, pinned: true }),
        made.length,
      );
      expectAnswered(answers, 'conversation.too_many_pinned');
      expect(await storage.readers.members.countPinned(owner)).toBe(10);
      await storm(
        (n) => call('prefer', owner, { conversationId: made[n] as Id, pinned: false }),
        made.length,
      );
    });
  });

  it('deletes once, and takes nobody in afterwards', async () => {
    await rounds(async () => {
      const conversationId = await group(fans.slice(0, 3));
      const { token } = await one<{ token: string }>(call('createLink', owner, { conversationId }));
      const answers = await storm((n) =>
        n % 4 === 0
          ? call('delete', owner, { conversationId })
          : n % 4 === 1
            ? call('clear', fan(0), { conversationId })
            : call('join', fan(n), { token }),
      );
      expectAnswered(answers, 'conversation.not_found', 'join_link.not_found');
      expect(said(answers, 'deleted')).toBe(1);
      const [late] = await racers.race([call('join', fan(9), { token })]);
      expect(late).toMatchObject({ ok: false, code: 'join_link.not_found' });
    });
  });
});
