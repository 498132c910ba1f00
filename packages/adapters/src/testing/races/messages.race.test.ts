import { createConversationStreams, type Sent } from '@socialkit/chat';
import { createIds, type Id, userActor } from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { sql } from 'kysely';
import { beforeEach, expect, it } from 'vitest';
import { createPostgresStorage } from '../../postgres/storage.js';
import type { Storage } from '../../storage.js';
import type { Answer, Call } from './racers.js';
import { racingStorage } from './racing-storage.js';

/** Rounds of each storm: what loses a race does so within a few. */
const ROUNDS = Number(process.env.SOCIALKIT_RACE_ROUNDS ?? 6);
/** Messages of each of eight writers; 500 in a long run. */
const MESSAGES = Number(process.env.SOCIALKIT_RACE_MESSAGES ?? 25);
const STORM = 20;
const WRITERS = 8;

describePostgres('messages between two processes', (server) => {
  const on = racingStorage(server);

  let people: readonly Id[];
  let conversationId: Id;
  const call = (slice: string, operation: string, actorId: Id, input: object): Call => ({
    slice,
    operation,
    actorId,
    input,
  });
  const group = async (): Promise<Id> => {
    const [answer] = await on.racers.race([
      call('conversations', 'createGroup', people[0] as Id, { title: 'race', userIds: people.slice(1) }),
    ]);
    const { id } = (answer as Extract<Answer, { ok: true }>).value as { readonly id: Id };
    await on.storage.unitOfWork.transact(async (stores) => {
      const conversation = await stores.conversations.lock(id);
      const joined = { seq: conversation?.lastSeq ?? 0, offset: conversation?.lastOffset ?? 0 };
      await stores.members.move(
        id,
        people.slice(1).map((userId) => ({ userId, state: 'active', joined })),
        on.racers.clock.now(),
      );
    });
    return id;
  };
  beforeEach(async () => {
    people = Array.from({ length: WRITERS }, on.nextId);
    await on.storage.unitOfWork.transact(async ({ accounts }) => {
      for (const [n, id] of people.entries())
        await accounts.insert(sampleAccount(id, { handle: `racer_${n}_${id.slice(-9)}` }));
    });
    conversationId = await group();
  });

  const stateOf = async () => {
    const { rows } = await sql<{ last_seq: string; last_offset: string }>`
      SELECT last_seq, last_offset FROM conversations WHERE id = ${conversationId}`.execute(on.database.b.db);
    const { rows: messages } = await sql<{ seq: string }>`
      SELECT seq FROM messages WHERE conversation_id = ${conversationId} ORDER BY seq`.execute(
      on.database.b.db,
    );
    const { rows: events } = await sql<{ offset: string; seq: string | null; type: string }>`
      SELECT "offset", seq, type FROM conversation_events
      WHERE conversation_id = ${conversationId} ORDER BY "offset"`.execute(on.database.b.db);
    return {
      lastSeq: Number(rows[0]?.last_seq),
      lastOffset: Number(rows[0]?.last_offset),
      seqs: messages.map(({ seq }) => Number(seq)),
      events,
    };
  };
  const expectDense = (state: Awaited<ReturnType<typeof stateOf>>) => {
    const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
    expect(state.seqs).toEqual(upTo(state.lastSeq));
    expect(state.events.map(({ offset }) => Number(offset))).toEqual(upTo(state.lastOffset));
    const sent = state.events.filter(({ type }) => type === 'message.sent');
    expect(sent.map(({ seq }) => Number(seq))).toEqual(upTo(state.lastSeq));
  };
  const drift = () =>
    on.storage.unitOfWork.transact(async (stores) => {
      await stores.conversations.lock(conversationId);
      return stores.receipts.recount(conversationId);
    });

  it('write a message once, however often and wherever it is sent under one name', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const before = await stateOf();
      const input = { conversationId, text: `round ${round}`, clientId: `same-${round}` };
      const answers = await on.racers.race(
        Array.from({ length: STORM }, () => call('messages', 'send', people[1] as Id, input)),
      );
      const sent = answers.map((answer) => {
        if (!answer.ok) throw new Error(answer.code);
        return answer.value as Sent;
      });
      expect(sent.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
      for (const { message } of sent) expect(message).toEqual(sent[0]?.message);
      const after = await stateOf();
      expect(after.lastSeq).toBe(before.lastSeq + 1);
      expect(after.lastOffset).toBe(before.lastOffset + 1);
      expectDense(after);
    }
  });

  it('refuse another message under a name that is taken, wherever it comes from', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await on.racers.race(
        Array.from({ length: STORM }, (_, n) =>
          call('messages', 'send', people[1] as Id, {
            conversationId,
            text: `text ${n % 2}`,
            clientId: `taken-${round}`,
          }),
        ),
      );
      const texts = answers.flatMap((answer) => (answer.ok ? [(answer.value as Sent).message.text] : []));
      expect(new Set(texts).size).toBe(1);
      expect(texts).toHaveLength(STORM / 2);
      for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('message.other_content');
    }
    expectDense(await stateOf());
  });

  it('number without a hole and in one order for all, beside transactions that are rolled back', async () => {
    let going = true;
    let undone = 0;
    // A tenth of all: somebody takes numbers, writes, and gives everything back.
    const undoing = (async () => {
      while (going) {
        await on.storage.unitOfWork
          .transact(async (stores) => {
            await stores.sends.lock([conversationId], []);
            await stores.sends.write([
              {
                conversationId,
                authorId: people[0] as Id,
                clientId: null,
                fingerprint: null,
                status: 'published',
                text: 'never',
                entities: [],
                attachments: [],
                label: null,
                replyToSeq: null,
                threadRootSeq: null,
                forwarded: false,
                createdAt: on.racers.clock.now(),
                expiresAt: null,
                mentions: [],
                paced: false,
              },
            ]);
            throw new Error('rolled back');
          })
          .catch((error: Error) => {
            if (error.message !== 'rolled back') throw error;
            undone++;
          });
      }
    })();
    const chunk = 5;
    for (let done = 0; done < MESSAGES; done += chunk) {
      const answers = await on.racers.race(
        people.flatMap((id, writer) =>
          Array.from({ length: Math.min(chunk, MESSAGES - done) }, (_, n) =>
            call('messages', 'send', id, {
              conversationId,
              text: `${writer} says ${done + n}`,
              clientId: `${writer}-${done + n}`,
            }),
          ),
        ),
      );
      expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    }
    going = false;
    await undoing;
    expect(undone).toBeGreaterThan(0);
    const state = await stateOf();
    expect(state.lastSeq).toBe(WRITERS * MESSAGES);
    expectDense(state);

    const follow = async (handle: Storage, actorId: Id) => {
      const streams = createConversationStreams({ readers: handle.readers, clock: on.racers.clock });
      const told: (readonly [number, unknown])[] = [];
      for (let after = 0; ; ) {
        const events = (await streams.after(conversationId, after, 100)) ?? [];
        for (const { offset, data } of events) told.push([offset, data.seq ?? null]);
        after += events.length;
        if (events.length === 0) break;
      }
      expect((await streams.readable(userActor(actorId), [conversationId])).size).toBe(1);
      return told;
    };
    const other = createPostgresStorage({
      postgres: on.database.b,
      clock: on.racers.clock,
      ids: createIds({ clock: on.racers.clock, node: 1001 }),
    });
    const [mine, theirs] = [await follow(on.storage, people[1] as Id), await follow(other, people[2] as Id)];
    expect(mine).toEqual(theirs);
    expect(mine).toHaveLength(state.lastOffset);
  });

  it('keep counters true while members write, mention, read, react and delete at once', async () => {
    const handles = new Map(
      [...(await on.storage.readers.accounts.byIds(people))].map(([id, { handle }]) => [id, handle]),
    );
    for (let round = 0; round < ROUNDS; round++) {
      const { lastSeq } = await stateOf();
      const seq = () => 1 + Math.floor(Math.random() * (lastSeq + 4));
      const one = (id: Id): Call => {
        const key = { conversationId, seq: seq() };
        const at = people[Math.floor(Math.random() * people.length)] as Id;
        switch (Math.floor(Math.random() * 6)) {
          case 0:
            return call('receipts', 'read', id, key);
          case 1:
            return call('messages', 'react', id, { ...key, kind: 'like' });
          case 2:
            return call('messages', 'unreact', id, { ...key, kind: 'like' });
          case 3:
            return call('messages', 'delete', id, key);
          case 4:
            return call('messages', 'send', id, { conversationId, text: 'below', threadRootSeq: key.seq });
          default:
            return call('messages', 'send', id, { conversationId, text: `hey @${handles.get(at)}` });
        }
      };
      const answers = await on.racers.race(
        Array.from({ length: 2 * STORM }, (_, n) => one(people[n % WRITERS] as Id)),
      );
      const allowed = /^(message\.(not_found|not_live|nested_thread|not_deletable))$/;
      expect(answers.flatMap((answer) => (answer.ok || allowed.test(answer.code) ? [] : [answer]))).toEqual(
        [],
      );
      expectDense(await stateOf());
      expect(await drift()).toBe(0);
    }
  });

  it('let no message pass a block between the two it is between', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [from, to] = [on.nextId(), on.nextId()];
      await on.storage.unitOfWork.transact(async ({ accounts }) => {
        for (const id of [from, to])
          await accounts.insert(sampleAccount(id, { createdAt: 0, handle: `pair_${id.slice(-12)}` }));
      });
      // Whom one follows may write without being accepted first.
      await on.racers.race([call('graph', 'follow', to, { userId: from })]);
      const [opened] = await on.racers.race([call('conversations', 'openDirect', from, { userId: to })]);
      const { id: direct } = (opened as Extract<Answer, { ok: true }>).value as { readonly id: Id };
      const answers = await on.racers.race([
        ...Array.from({ length: 9 }, (_, n) =>
          call('messages', 'send', from, { conversationId: direct, text: `${n}` }),
        ),
        call('graph', 'block', to, { userId: from }),
      ]);
      expect(answers.at(-1)?.ok).toBe(true);
      for (const answer of answers) if (!answer.ok) expect(answer.code).toBe('message.not_allowed');
      const [late] = await on.racers.race([
        call('messages', 'send', from, { conversationId: direct, text: 'late' }),
      ]);
      expect(late).toMatchObject({ ok: false, code: 'message.not_allowed' });
      const sent = answers.slice(0, -1).filter(({ ok }) => ok).length;
      const head = (await on.storage.readers.conversations.byIds([direct])).get(direct);
      expect(head?.lastSeq).toBe(sent);
    }
  });
});
