import { compareIds, type Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import type { ConversationListQuery, ConversationPosition, MemberMove, MemberPosition } from './store.js';
import { insertGroup, newIds, sampleConversation } from './suite-samples.js';
import { type Member, NEW_MEMBER } from './types.js';

const RACERS = 20;

/** The contract of {@link MemberReader} and {@link MemberWriter}. */
export function membersSuite(backend: ChatSuiteBackend): void {
  describe('members', () => {
    let open: OpenBackend<ChatSuiteHandle>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const move = (id: Id, moves: readonly MemberMove[], at = open.clock.now()) =>
      open.a.unitOfWork.transact(async ({ conversations, members }) => {
        await conversations.lock(id);
        await members.move(id, moves, at);
      });
    const of = async (id: Id, userId: Id) => (await open.b.readers.members.of(id, [userId])).get(userId);
    const countOf = async (id: Id) => (await open.b.readers.conversations.byIds([id])).get(id)?.memberCount;
    const prefer = (id: Id, userId: Id, preferences: object) =>
      open.a.unitOfWork.transact(({ members }) => members.prefer(id, userId, preferences));
    const message = (id: Id) =>
      open.a.unitOfWork.transact(({ conversations }) =>
        conversations.advance(id, { messages: 1, at: open.clock.now(), events: [] }),
      );
    const places = async (userId: Id, query: Partial<ConversationListQuery> = {}) =>
      (
        await open.b.readers.members.conversations(userId, {
          box: 'inbox',
          now: open.clock.now(),
          after: null,
          limit: 100,
          ...query,
        })
      ).map(({ conversationId }) => conversationId);

    it('are nobody at first', async () => {
      const [id, who] = newIds(open, 2) as [Id, Id];
      const { members } = open.a.readers;
      expect(await members.of(id, [who])).toEqual(new Map());
      expect(await members.of(id, [])).toEqual(new Map());
      expect(await members.at([{ conversationId: id, userId: who }])).toEqual([]);
      expect(await members.at([])).toEqual([]);
      expect(await members.list(id, { states: ['active'], after: null, limit: 5 })).toEqual([]);
      expect(await members.seniors(id, 5)).toEqual([]);
      expect([await members.countPinned(who), await members.count(id, 'active')]).toEqual([0, 0]);
      expect(await prefer(id, who, { pinnedAt: 1 })).toBe(false);
      expect(await open.a.unitOfWork.transact(({ members }) => members.setRole(id, who, 'admin'))).toBe(
        false,
      );
    });

    it('come, go and come back, and the count follows', async () => {
      const [owner, who, host] = newIds(open, 3) as [Id, Id, Id];
      const { id } = await insertGroup(open, [owner]);
      const at = open.clock.now();
      await move(id, [{ userId: who, state: 'invited', invitedBy: host }], at);
      const invited: Member = {
        ...NEW_MEMBER,
        conversationId: id,
        userId: who,
        role: 'member',
        state: 'invited',
        since: at,
        invitedBy: host,
      };
      expect(await of(id, who)).toEqual(invited);
      expect(await countOf(id)).toBe(1);

      await move(id, [{ userId: who, state: 'active', joined: { seq: 4, offset: 9 } }], at + 1);
      const joined: Member = {
        ...invited,
        state: 'active',
        since: at + 1,
        joinedAt: at + 1,
        joinedSeq: 4,
        joinedOffset: 9,
        lastReadSeq: 4,
        lastDeliveredSeq: 4,
      };
      expect(await of(id, who)).toEqual(joined);
      expect(await countOf(id)).toBe(2);

      await prefer(id, who, { notify: 'none', mutedUntil: 99 });
      await move(id, [{ userId: who, state: 'left' }], at + 2);
      expect(await of(id, who)).toEqual({
        ...joined,
        state: 'left',
        since: at + 2,
        notify: 'none',
        mutedUntil: 99,
      });
      expect(await countOf(id)).toBe(1);
      // Twice the same changes nothing in the count.
      await move(id, [{ userId: who, state: 'left' }], at + 3);
      expect(await countOf(id)).toBe(1);

      await move(
        id,
        [{ userId: who, state: 'active', invitedBy: null, joined: { seq: 2, offset: 3 } }],
        at + 4,
      );
      expect(await of(id, who)).toMatchObject({
        invitedBy: null,
        joinedSeq: 2,
        joinedOffset: 3,
        lastReadSeq: 4,
        notify: 'none',
      });
      await move(id, [{ userId: who, state: 'active', joined: { seq: 2, offset: 3 } }], at + 4);
      expect(await countOf(id)).toBe(2);
    });

    it('move many at once, and back with a rollback', async () => {
      const people = newIds(open, 30);
      const { id } = await insertGroup(open, people.slice(0, 1));
      const everybody = people.map((userId, n) => ({
        userId,
        state: n % 3 === 0 ? ('active' as const) : ('invited' as const),
        role: n === 0 ? ('owner' as const) : ('member' as const),
        ...(n % 3 === 0 ? { joined: { seq: 0, offset: 0 } } : {}),
      }));
      await expect(
        open.a.unitOfWork.transact(async ({ conversations, members }) => {
          await conversations.lock(id);
          await members.move(id, everybody, 1);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await countOf(id)).toBe(1);
      await move(id, everybody);
      expect(await countOf(id)).toBe(10);
      expect(await open.b.readers.members.count(id, 'invited')).toBe(20);
      const at = await open.b.readers.members.at(people.map((userId) => ({ conversationId: id, userId })));
      expect(at).toHaveLength(30);
    });

    it('are listed highest role first and then by id, in pages that neither repeat nor skip', async () => {
      const people = newIds(open, 12);
      const { id } = await insertGroup(open, people);
      const [, , third] = people as [Id, Id, Id];
      const last = people.at(-1) as Id;
      await open.a.unitOfWork.transact(async ({ members }) => {
        await members.setRole(id, last, 'admin');
        await members.setRole(id, third, 'admin');
      });
      await move(id, [{ userId: people[4] as Id, state: 'banned' }]);
      const expected = [
        people[0],
        third,
        last,
        ...people.slice(1, -1).filter((userId, n) => userId !== third && n !== 3),
      ];
      const seen: Id[] = [];
      for (let after: MemberPosition | null = null; ; ) {
        const page: readonly Member[] = await open.b.readers.members.list(id, {
          states: ['active'],
          after,
          limit: 2,
        });
        seen.push(...page.map(({ userId }) => userId));
        // Somebody who comes meanwhile has the highest id.
        if (seen.length === 4)
          await move(id, [{ userId: open.ids.next(), state: 'active', joined: { seq: 0, offset: 0 } }]);
        const end = page.at(-1);
        if (!end || page.length < 2) break;
        after = { role: end.role, userId: end.userId };
      }
      expect(seen.slice(0, expected.length)).toEqual(expected);
      expect(seen).toHaveLength(expected.length + 1);
      const banned = await open.b.readers.members.list(id, {
        states: ['banned', 'left'],
        after: null,
        limit: 9,
      });
      expect(banned.map(({ userId }) => userId)).toEqual([people[4]]);
    });

    it('know who comes after the owner: admins first, then who has been there longest', async () => {
      const [owner, late, early, admin, gone] = newIds(open, 5) as [Id, Id, Id, Id, Id];
      const { id } = await insertGroup(open, [owner]);
      const at = open.clock.now();
      const joined = { seq: 0, offset: 0 };
      await move(id, [{ userId: early, state: 'active', joined }], at + 1);
      await move(id, [{ userId: late, state: 'active', joined }], at + 2);
      await move(id, [{ userId: admin, state: 'active', role: 'admin', joined }], at + 3);
      await move(id, [{ userId: gone, state: 'active', joined }], at);
      await move(id, [{ userId: gone, state: 'left' }], at + 4);
      expect(await open.b.readers.members.seniors(id, 10)).toEqual([admin, early, late]);
      expect(await open.b.readers.members.seniors(id, 1)).toEqual([admin]);
    });

    it.skipIf(!backend.concurrent)(`count ${RACERS} who come at the same time`, async () => {
      const people = newIds(open, RACERS);
      const { id } = await insertGroup(open, newIds(open, 1));
      await Promise.all(
        people.map((userId, n) =>
          (n % 2 ? open.a : open.b).unitOfWork.transact(async ({ conversations, members }) => {
            await conversations.lock(id);
            await members.move(id, [{ userId, state: 'active', joined: { seq: 0, offset: 0 } }], 1);
          }),
        ),
      );
      expect(await countOf(id)).toBe(RACERS + 1);
    });

    it('set their own preferences, and clearing reads', async () => {
      const [who] = newIds(open, 1) as [Id];
      const { id } = await insertGroup(open, [who]);
      await message(id);
      const before = (await of(id, who)) as Member;
      expect(await prefer(id, who, { pinnedAt: 5, notify: 'mentions' })).toBe(true);
      expect(await prefer(id, who, { archivedAt: 6, pinnedAt: null })).toBe(true);
      expect(await of(id, who)).toEqual({ ...before, archivedAt: 6, notify: 'mentions' });
      await prefer(id, who, { clearedSeq: 1 });
      expect(await of(id, who)).toEqual({
        ...before,
        archivedAt: 6,
        notify: 'mentions',
        clearedSeq: 1,
        lastReadSeq: 1,
        lastDeliveredSeq: 1,
      });
    });

    it('find their conversations, pinned first, then newest message first', async () => {
      const [me, other] = newIds(open, 2) as [Id, Id];
      const made: Id[] = [];
      for (let n = 0; n < 6; n++) {
        open.clock.advance(10);
        made.push((await insertGroup(open, [me, other])).id);
      }
      const [a, b, c, d, e, f] = made as [Id, Id, Id, Id, Id, Id];
      open.clock.advance(10);
      await message(b);
      open.clock.advance(10);
      await message(a);
      await prefer(c, me, { pinnedAt: 1 });
      await prefer(d, me, { archivedAt: 1 });
      await move(e, [{ userId: me, state: 'left' }]);
      await open.a.unitOfWork.transact(({ conversations }) => conversations.remove(f, 1));
      expect(await places(me)).toEqual([c, a, b]);
      expect(await places(me, { box: 'archived' })).toEqual([d]);
      expect(await places(other)).toEqual([a, b, e, d, c]);
      expect(await open.b.readers.members.countPinned(me)).toBe(1);
      expect(await places(me, { unread: true })).toEqual([a, b]);
      expect(await places(me, { unread: false })).toEqual([c]);
      const now = open.clock.now();
      await prefer(a, me, { mutedUntil: now + 1 });
      await prefer(b, me, { mutedUntil: now });
      expect(await places(me, { muted: true })).toEqual([a]);
      expect(await places(me, { muted: false })).toEqual([c, b]);
    });

    it('list every conversation that stands still once while others get messages', async () => {
      const [me] = newIds(open, 1) as [Id];
      const made: Id[] = [];
      for (let n = 0; n < 15; n++) {
        open.clock.advance(n % 3 === 0 ? 10 : 0);
        made.push((await insertGroup(open, [me])).id);
      }
      const seen: Id[] = [];
      const moved = new Set<Id>();
      for (let after: ConversationPosition | null = null; ; ) {
        const page: readonly ConversationPosition[] = await open.b.readers.members.conversations(me, {
          box: 'inbox',
          now: open.clock.now(),
          after,
          limit: 4,
        });
        seen.push(...page.map(({ conversationId }) => conversationId));
        const [first] = made;
        if (first && seen.length === 4) {
          open.clock.advance(10);
          await message(first);
          moved.add(first);
        }
        after = page.at(-1) ?? null;
        if (page.length < 4) break;
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toEqual(
        [...made]
          .sort((x, y) => orderOf(y, made) - orderOf(x, made) || compareIds(y, x))
          .filter((id) => !moved.has(id)),
      );
    });

    it('keep requests and invitations apart, and a direct conversation out until it says something', async () => {
      const [me, other] = newIds(open, 2) as [Id, Id];
      const direct = sampleConversation(open, { pair: [me, other], createdBy: other });
      await open.a.unitOfWork.transact(({ conversations }) => conversations.insert(direct));
      const joined = { seq: 0, offset: 0 };
      await move(direct.id, [
        { userId: other, state: 'active', joined },
        { userId: me, state: 'requested' },
      ]);
      const group = await insertGroup(open, [other]);
      await move(group.id, [{ userId: me, state: 'invited', invitedBy: other }]);
      expect([await places(me, { box: 'requests' }), await places(other)]).toEqual([
        [group.id],
        [group.id, direct.id],
      ]);
      open.clock.advance(10);
      await message(direct.id);
      expect(await places(me, { box: 'requests' })).toEqual([direct.id, group.id]);
      expect(await places(me)).toEqual([]);
    });

    it('find what two have in common, newest first, in pages', async () => {
      const [me, other, third] = newIds(open, 3) as [Id, Id, Id];
      const ours: Id[] = [];
      for (let n = 0; n < 5; n++) ours.push((await insertGroup(open, [me, other])).id);
      await insertGroup(open, [me, third]);
      await move(ours[2] as Id, [{ userId: other, state: 'removed' }]);
      await open.a.unitOfWork.transact(({ conversations }) => conversations.remove(ours[0] as Id, 1));
      const { shared } = open.b.readers.members;
      const page = await shared(me, other, { before: null, limit: 2 });
      expect(page).toEqual([ours[4], ours[3]]);
      expect(await shared(other, me, { before: page[1] ?? null, limit: 2 })).toEqual([ours[1]]);
      expect(await shared(me, open.ids.next(), { before: null, limit: 2 })).toEqual([]);
    });
  });
}

/** Made three at a time. */
const orderOf = (id: Id, made: readonly Id[]): number => Math.floor(made.indexOf(id) / 3);
