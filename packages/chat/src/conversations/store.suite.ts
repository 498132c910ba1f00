import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import type { NewConversationEvent } from './store.js';
import { insertGroup, newIds, sampleConversation } from './suite-samples.js';
import { DEFAULT_SETTINGS, pairOf } from './types.js';

const RACERS = 20;
const event = (type = 'sample.made', data = {}): NewConversationEvent => ({ type, by: null, data });

/** The contract of {@link ConversationReader} and {@link ConversationWriter}. */
export function conversationsSuite(backend: ChatSuiteBackend): void {
  describe('conversations', () => {
    let open: OpenBackend<ChatSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const insert = (conversation: ReturnType<typeof sampleConversation>) =>
      open.a.unitOfWork.transact(({ conversations }) => conversations.insert(conversation));
    const read = async (id: Id) => (await open.b.readers.conversations.byIds([id])).get(id);
    const advance = (id: Id, messages: 0 | 1, events: readonly NewConversationEvent[]) =>
      open.a.unitOfWork.transact(({ conversations }) =>
        conversations.advance(id, { messages, at: open.clock.now(), events }),
      );

    it('knows nothing at first', async () => {
      const [a, b] = newIds(open, 2) as [Id, Id];
      expect(await open.a.readers.conversations.byIds([a])).toEqual(new Map());
      expect(await open.a.readers.conversations.byIds([])).toEqual(new Map());
      expect(await open.a.readers.conversations.ofPair(a, b)).toBeNull();
      expect(await open.a.readers.conversations.createdSince(a, 0, 5)).toEqual([]);
      const missing = open.a.unitOfWork.transact(async ({ conversations }) => [
        await conversations.lock(a),
        await conversations.advance(a, { messages: 1, at: 1, events: [event()] }),
        await conversations.change(a, { title: 'x' }),
        await conversations.remove(a, 1),
      ]);
      expect(await missing).toEqual([null, null, null, false]);
    });

    it('gives back what was inserted, in full', async () => {
      const [a, b] = newIds(open, 2) as [Id, Id];
      const group = sampleConversation(open, {
        title: 'Ålesund 👩‍👩‍👧 \u202btest\u202c',
        description: 'two\nlines',
        avatar: { ref: 'media/1', alt: null },
        label: 'odd',
        settings: { ...DEFAULT_SETTINGS, history: 'joined', slowModeSeconds: 30, whoInvites: 'admins' },
      });
      const direct = sampleConversation(open, { pair: [b, a] });
      expect([await insert(group), await insert(direct)]).toEqual([true, true]);
      expect(await open.b.readers.conversations.byIds([group.id, direct.id, a])).toEqual(
        new Map([
          [group.id, group],
          [direct.id, direct],
        ]),
      );
      expect(direct.pair).toEqual(pairOf(a, b));
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const)
        expect(await open.b.readers.conversations.ofPair(one, other)).toEqual(direct);
    });

    it('tells an account those it knows of alone', async () => {
      const [who, other] = newIds(open, 2) as [Id, Id];
      const states = ['active', 'invited', 'requested', 'declined', 'left', 'removed', 'banned'] as const;
      const made = new Map<string, Id>();
      for (const state of states) {
        const { id } = await insertGroup(open, [other]);
        made.set(state, id);
        await open.a.unitOfWork.transact(async ({ conversations, members }) => {
          await conversations.lock(id);
          await members.move(id, [{ userId: who, state }], 1);
        });
      }
      const gone = await insertGroup(open, [who]);
      await open.a.unitOfWork.transact(({ conversations }) => conversations.remove(gone.id, 1));
      const foreign = await insertGroup(open, [other]);
      const ids = [...made.values(), gone.id, foreign.id, open.ids.next()];
      const { knownTo, byIds } = open.b.readers.conversations;
      const known = await knownTo(who, ids);
      const expected = states.slice(0, 3).map((state) => made.get(state) as Id);
      expect([...known.keys()].sort()).toEqual(expected.sort());
      for (const [id, conversation] of known) expect((await byIds([id])).get(id)).toEqual(conversation);
      expect(await knownTo(who, [])).toEqual(new Map());
    });

    it('holds one conversation a pair', async () => {
      const [a, b, c] = newIds(open, 3) as [Id, Id, Id];
      const first = sampleConversation(open, { pair: [a, b] });
      expect(await insert(first)).toBe(true);
      expect(await insert(sampleConversation(open, { pair: [b, a] }))).toBe(false);
      expect(await insert(sampleConversation(open, { pair: [a, c] }))).toBe(true);
      expect((await open.b.readers.conversations.ofPair(a, b))?.id).toBe(first.id);
    });

    it.skipIf(!backend.concurrent)(`lets one of ${RACERS} conversations of a pair in`, async () => {
      const pair = newIds(open, 2) as [Id, Id];
      const wins = await Promise.all(
        Array.from({ length: RACERS }, (_, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(({ conversations }) =>
            conversations.insert(sampleConversation(open, { pair })),
          ),
        ),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
    });

    it('lists when an account created conversations, newest first', async () => {
      const [createdBy, other] = newIds(open, 2) as [Id, Id];
      const start = open.clock.now();
      for (const at of [1, 2, 3])
        await insert(sampleConversation(open, { createdBy, createdAt: start + at }));
      await insert(sampleConversation(open, { createdBy: other }));
      const { createdSince } = open.b.readers.conversations;
      expect(await createdSince(createdBy, start + 2, 5)).toEqual([start + 3, start + 2]);
      expect(await createdSince(createdBy, start, 1)).toEqual([start + 3]);
      expect(await createdSince(createdBy, start + 4, 5)).toEqual([]);
    });

    it('numbers messages and events densely, each from one', async () => {
      const [who] = newIds(open, 1) as [Id];
      const { id } = await insertGroup(open, [who]);
      const at = open.clock.now();
      const first = await advance(id, 1, [{ ...event('message.sent'), seq: 'next', by: who, only: [who] }]);
      expect(first).toEqual({
        seq: 1,
        offset: 1,
        events: [
          {
            stream: `conversation:${id}`,
            offset: 1,
            type: 'message.sent',
            at,
            by: who,
            only: [who],
            data: {},
          },
        ],
      });
      const second = await advance(id, 0, [event('a.happened', { n: 1 }), event('b.happened', { n: 2 })]);
      expect(second).toMatchObject({
        seq: 1,
        offset: 3,
        events: [
          { offset: 2, type: 'a.happened', data: { n: 1 } },
          { offset: 3, type: 'b.happened', data: { n: 2 } },
        ],
      });
      expect(await advance(id, 1, [])).toEqual({ seq: 2, offset: 3, events: [] });
      expect(await read(id)).toMatchObject({ lastSeq: 2, lastOffset: 3, lastMessageAt: at });
    });

    it('keeps the time of the newest message, also when a clock is behind', async () => {
      const { id } = await insertGroup(open, newIds(open, 1));
      const at = open.clock.now();
      const send = (when: number) =>
        open.a.unitOfWork.transact(({ conversations }) =>
          conversations.advance(id, { messages: 1, at: when, events: [] }),
        );
      await send(at);
      await send(at - 5000);
      expect(await read(id)).toMatchObject({ lastSeq: 2, lastMessageAt: at });
    });

    it('takes numbers back with a rollback', async () => {
      const { id } = await insertGroup(open, newIds(open, 1));
      await expect(
        open.a.unitOfWork.transact(async ({ conversations }) => {
          await conversations.advance(id, { messages: 1, at: 1, events: [event()] });
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await advance(id, 1, [event()])).toMatchObject({ seq: 1, offset: 1 });
    });

    it.skipIf(!backend.concurrent)(
      `gives ${RACERS} writers, some of whom roll back, numbers without a hole`,
      async () => {
        const { id } = await insertGroup(open, newIds(open, 1));
        const tries = Array.from({ length: RACERS }, async (_, n) => {
          const { unitOfWork } = n % 2 ? open.a : open.b;
          return unitOfWork
            .transact(async ({ conversations }) => {
              const step = await conversations.advance(id, { messages: 1, at: n, events: [event()] });
              if (n % 5 === 0) throw new Error('rolled back');
              return step?.seq;
            })
            .catch(() => null);
        });
        const seqs = (await Promise.all(tries)).filter((seq): seq is number => typeof seq === 'number');
        const expected = RACERS - RACERS / 5;
        expect(seqs.sort((a, b) => a - b)).toEqual(Array.from({ length: expected }, (_, n) => n + 1));
        expect(await read(id)).toMatchObject({ lastSeq: expected, lastOffset: expected });
      },
    );

    it('changes what is named and nothing else', async () => {
      const [owner] = newIds(open, 1) as [Id];
      const before = await insertGroup(open, [owner], {
        description: 'keep',
        avatar: { ref: 'r', alt: 'a' },
      });
      const change = (changes: object) =>
        open.a.unitOfWork.transact(({ conversations }) => conversations.change(before.id, changes));
      expect(await change({ title: 'New' })).toBe(2);
      expect(await change({ avatar: null, label: 'odd' })).toBe(3);
      const settings = { ...DEFAULT_SETTINGS, whoSends: 'admins' as const, slowModeSeconds: 10 };
      expect(await change({ settings })).toBe(4);
      expect(await change({ ownerId: null })).toBe(5);
      expect(await read(before.id)).toEqual({
        ...before,
        title: 'New',
        avatar: null,
        label: 'odd',
        settings,
        ownerId: null,
        memberCount: 1,
        revision: 5,
      });
    });

    it('removes a group for everybody, once', async () => {
      const { id } = await insertGroup(open, newIds(open, 2));
      const remove = () => open.a.unitOfWork.transact(({ conversations }) => conversations.remove(id, 5));
      expect([await remove(), await remove()]).toEqual([true, false]);
      expect(await read(id)).toBeUndefined();
      expect(await advance(id, 1, [event()])).toBeNull();
      expect(await open.a.unitOfWork.transact(({ conversations }) => conversations.lock(id))).toBeNull();
    });

    it('locks a conversation as it then is', async () => {
      const made = await insertGroup(open, newIds(open, 2));
      await advance(made.id, 1, [event()]);
      const locked = await open.b.unitOfWork.transact(({ conversations }) => conversations.lock(made.id));
      expect(locked).toEqual(await read(made.id));
      expect(locked).toMatchObject({ lastSeq: 1, memberCount: 2 });
    });
  });
}
