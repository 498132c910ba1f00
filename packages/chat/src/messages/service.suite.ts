import { type Id, isSocialError } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend } from '../suite-backend.js';
import { createMessageWorld, type MessageWorld, type Person } from './sample-world.js';

/** What messages do, through their service, on any storage. */
export function messageServiceSuite(backend: ChatSuiteBackend): void {
  describe(`messages: ${backend.name}`, () => {
    let open: Awaited<ReturnType<ChatSuiteBackend['open']>>;
    let world: MessageWorld;
    let ann: Person;
    let bob: Person;
    let cid: Person;
    let conversationId: Id;
    beforeEach(async () => {
      open = await backend.open();
      world = createMessageWorld(open);
      [ann, bob, cid] = [await world.person('ann'), await world.person('bob'), await world.person('cid')];
      conversationId = await world.group([ann, bob]);
    });
    afterEach(() => open.close());

    const say = (person: Person, text: string, more: object = {}) =>
      world.messages.send(person.actor, { conversationId, text, ...more });
    const refusal = async (call: Promise<unknown>): Promise<string> => {
      const error = await call.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return isSocialError(error) ? error.code : `no refusal: ${error}`;
    };
    const texts = async (person: Person) =>
      (await world.messages.history(person.actor, { conversationId })).items.map(({ text }) => text);

    it('numbers, shows and publishes what is sent, and reads it for its author', async () => {
      const first = await say(ann, 'hello @bob');
      expect(first).toMatchObject({ duplicate: false, held: false, message: { seq: 1, authorId: ann.id } });
      expect(await world.messages.get(ann.actor, { conversationId, seq: 1 })).toEqual(first.message);
      await say(bob, 'hi');
      expect(await texts(bob)).toEqual(['hello @bob', 'hi']);
      expect(world.published().map(({ offset, type }) => [offset, type])).toEqual([
        [1, 'message.sent'],
        [2, 'message.sent'],
      ]);
      expect(await world.member(conversationId, bob)).toMatchObject({ lastReadSeq: 2, mentionCount: 0 });
      expect(await refusal(world.messages.history(cid.actor, { conversationId }))).toBe(
        'conversation.not_found',
      );
      expect(await refusal(say(cid, 'me?'))).toBe('conversation.not_found');
    });

    it('answers a retry as before, also when the sender may not send any more', async () => {
      const first = await say(bob, 'once', { clientId: 'c1' });
      const again = await say(bob, 'once', { clientId: 'c1' });
      expect(again).toEqual({ ...first, duplicate: true });
      expect(await refusal(say(bob, 'twice', { clientId: 'c1' }))).toBe('message.other_content');
      expect((await say(ann, 'once', { clientId: 'c1' })).message.seq).toBe(2);
      await world.unitOfWork.transact(async (stores) => {
        const conversation = await stores.conversations.lock(conversationId);
        if (!conversation) throw new Error('gone');
        await stores.conversations.change(conversationId, {
          settings: { ...conversation.settings, whoSends: 'admins' },
        });
      });
      expect((await say(bob, 'once', { clientId: 'c1' })).duplicate).toBe(true);
      expect(await refusal(say(bob, 'new'))).toBe('message.not_allowed');
    });

    it('counts mentions of members once each, and no longer when they are read, edited out or deleted', async () => {
      await say(ann, '@bob and @bob again, not @cid');
      await say(ann, '@bob');
      await say(ann, '@bob');
      expect(await world.member(conversationId, bob)).toMatchObject({ mentionCount: 3 });
      await world.messages.edit(ann.actor, { conversationId, seq: 1, text: 'nobody' });
      await world.messages.delete(ann.actor, { conversationId, seq: 2 });
      expect(await world.member(conversationId, bob)).toMatchObject({ mentionCount: 1 });
      await say(bob, 'ok');
      expect(await world.member(conversationId, bob)).toMatchObject({ mentionCount: 0, lastReadSeq: 4 });
    });

    it('lets a stranger write once until he is accepted, and nobody across a block', async () => {
      const direct = await world.direct(ann, cid, 'requested');
      const write = (person: Person) =>
        world.messages.send(person.actor, { conversationId: direct, text: 'x' });
      await write(ann);
      expect(await refusal(write(ann))).toBe('message.request_pending');
      expect(await refusal(write(cid))).toBe('message.not_accepted');
      expect((await world.messages.history(cid.actor, { conversationId: direct })).items).toHaveLength(1);
      await world.join(direct, [cid]);
      await write(ann);
      await write(cid);
      await world.block(cid, ann);
      expect(await refusal(write(ann))).toBe('message.not_allowed');
      expect(await refusal(write(cid))).toBe('message.not_allowed');
      const { items } = await world.messages.history(ann.actor, { conversationId: direct });
      expect(items.map(({ status }) => status)).toEqual(['published', 'published', 'hidden']);
    });

    it('keeps the pace of slow mode, but not for admins', async () => {
      conversationId = await world.group([ann, bob], { slowModeSeconds: 30 });
      await say(bob, 'one');
      await say(ann, 'one');
      await say(ann, 'two');
      await expect(say(bob, 'two')).rejects.toMatchObject({
        code: 'message.slow_mode',
        category: 'rate_limited',
        retryAfterMs: 30_000,
      });
      world.clock.advance(30_000);
      await say(bob, 'two');
      const together = await Promise.allSettled([say(bob, 'three'), say(bob, 'four')]);
      expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    });

    it('holds what the gate wants to be looked at, and shows it when staff let it through', async () => {
      world.gateSays({ decision: 'hold', reasons: ['sample'] });
      expect(await say(ann, 'hmm @bob')).toMatchObject({ held: true, message: { status: 'under_review' } });
      world.gateSays({ decision: 'allow' });
      expect(await texts(ann)).toEqual(['hmm @bob']);
      const { items } = await world.messages.history(bob.actor, { conversationId });
      expect(items).toMatchObject([{ seq: 1, status: 'hidden', authorId: null, text: '' }]);
      expect(await world.member(conversationId, bob)).toMatchObject({ mentionCount: 0 });
      const staff = await world.moderator();
      const decision = { conversationId, seq: 1, reason: 'fine' };
      expect(await refusal(world.messages.release(staff.actor, { ...decision, revision: 2 }))).toBe(
        'message.stale_revision',
      );
      await world.messages.release(staff.actor, decision);
      expect(await texts(bob)).toEqual(['hmm @bob']);
      expect(await world.member(conversationId, bob)).toMatchObject({ mentionCount: 1 });
      await world.messages.flag(staff.actor, decision);
      expect(await texts(ann)).toEqual(['']);
      expect(await refusal(world.messages.delete(ann.actor, { conversationId, seq: 1 }))).toBe(
        'message.not_deletable',
      );
      const log = await world.readers.audit.bySubject(
        { kind: 'message', id: `${conversationId}:1` },
        { limit: 10 },
      );
      expect(log.map(({ action }) => action)).toEqual(['messages.flag', 'messages.release']);
      world.gateSays({ decision: 'reject', reasons: ['no'] });
      expect(await refusal(say(ann, 'bad'))).toBe('content.rejected');
    });

    it('threads, replies and forwards without showing more than one may see', async () => {
      await say(ann, 'root');
      await say(bob, 'below', { threadRootSeq: 1 });
      await say(ann, 'answer', { replyToSeq: 2 });
      expect(await refusal(say(ann, 'deeper', { threadRootSeq: 2 }))).toBe('message.nested_thread');
      expect(await refusal(say(ann, 'nothing', { replyToSeq: 99 }))).toBe('message.not_found');
      const thread = await world.messages.thread(ann.actor, { conversationId, seq: 1 });
      expect(thread.items.map(({ seq, replyCount }) => [seq, replyCount])).toEqual([
        [1, 1],
        [2, 0],
      ]);
      const other = await world.group([bob, cid]);
      const copied = await world.messages.forward(bob.actor, {
        conversationId,
        seq: 1,
        toConversationId: other,
      });
      expect(copied.message).toMatchObject({
        conversationId: other,
        text: 'root',
        forwarded: true,
        authorId: bob.id,
      });
      const stolen = world.messages.forward(cid.actor, { conversationId, seq: 1, toConversationId: other });
      expect(await refusal(stolen)).toBe('conversation.not_found');
      const pushed = world.messages.forward(ann.actor, { conversationId, seq: 1, toConversationId: other });
      expect(await refusal(pushed)).toBe('conversation.not_found');
      await world.messages.delete(bob.actor, { conversationId, seq: 2 });
      expect(await world.messages.get(ann.actor, { conversationId, seq: 1 })).toMatchObject({
        replyCount: 0,
      });
    });

    it('edits with history, deletes to an empty place, each in its window', async () => {
      await say(bob, 'first');
      await world.messages.edit(bob.actor, { conversationId, seq: 1, text: 'second' });
      await world.messages.edit(bob.actor, { conversationId, seq: 1, text: 'third' });
      const { items } = await world.messages.revisions(ann.actor, { conversationId, seq: 1 });
      expect(items.map(({ text, revision }) => [text, revision])).toEqual([
        ['second', 2],
        ['first', 1],
      ]);
      const edit = (person: Person) =>
        world.messages.edit(person.actor, { conversationId, seq: 1, text: 'x' });
      expect(await refusal(edit(ann))).toBe('message.not_yours');
      world.clock.advance(24 * 60 * 60_000);
      expect(await refusal(edit(bob))).toBe('message.too_late');
      expect(await refusal(world.messages.delete(bob.actor, { conversationId, seq: 1 }))).toBe(
        'message.too_late',
      );
      expect(await world.messages.delete(ann.actor, { conversationId, seq: 1 })).toEqual({ deleted: true });
      expect(await world.messages.delete(ann.actor, { conversationId, seq: 1 })).toEqual({ deleted: false });
      expect((await world.messages.history(bob.actor, { conversationId })).items).toMatchObject([
        { seq: 1, status: 'deleted', authorId: bob.id, text: '', reactions: {} },
      ]);
      expect(await refusal(world.messages.revisions(ann.actor, { conversationId, seq: 1 }))).toBe(
        'message.not_found',
      );
    });

    it('shows nothing past its time, whether the job has run or not, and erases it then', async () => {
      await say(ann, 'brief secret', { ttlSeconds: 60 });
      world.clock.advance(60_000);
      expect((await world.messages.history(bob.actor, { conversationId })).items).toMatchObject([
        { status: 'expired', text: '' },
      ]);
      expect(await refusal(world.messages.get(bob.actor, { conversationId, seq: 1 }))).toBe(
        'message.not_found',
      );
      const found = await world.messages.search(bob.actor, { conversationId, query: 'secret' });
      expect(found.items).toEqual([]);
      expect((await world.streams.after(conversationId, 0, 10))?.[0]?.data).toMatchObject({ text: '' });
      world.clock.advance(10_000);
      await world.work('messages.expire');
      const stored = (await world.readers.messages.byKeys(conversationId, [1])).get(1);
      expect(stored).toMatchObject({ status: 'expired', text: '' });
      expect(world.published().map(({ type }) => type)).toEqual(['message.sent', 'message.expired']);
    });

    it('sends a scheduled message once, and says why when it cannot', async () => {
      const sendAt = world.clock.now() + 60_000;
      const input = { conversationId, text: 'later', sendAt };
      const { id } = await world.messages.schedule(bob.actor, input);
      const dropped = await world.messages.schedule(bob.actor, input);
      await world.messages.cancelScheduled(bob.actor, { scheduledId: dropped.id });
      expect(await refusal(world.messages.cancelScheduled(ann.actor, { scheduledId: id }))).toBe(
        'scheduled_message.not_found',
      );
      expect(await refusal(world.messages.schedule(bob.actor, { ...input, sendAt: 5 }))).toBe(
        'message.bad_time',
      );
      world.clock.advance(60_000);
      await world.work('messages.send_scheduled');
      expect(await texts(ann)).toEqual(['later']);
      expect((await world.messages.scheduled(bob.actor, {})).items).toEqual([]);

      await world.messages.schedule(bob.actor, { ...input, sendAt: world.clock.now() + 1000 });
      await world.join(conversationId, [bob], 'removed');
      world.clock.advance(1000);
      await world.work('messages.send_scheduled');
      expect((await world.messages.scheduled(bob.actor, {})).items).toMatchObject([
        { state: 'failed', error: 'conversation.not_found' },
      ]);
    });

    it('finds by words, the last one as a beginning, and takes a hostile query for text', async () => {
      await say(ann, 'Green tea, und GRÜNER Tee');
      await say(bob, 'black coffee 100%');
      const find = async (query: string) =>
        (await world.messages.search(bob.actor, { conversationId, query })).items.map(({ seq }) => seq);
      expect(await find('tea gre')).toEqual([1]);
      expect(await find('grüner')).toEqual([1]);
      expect(await find('COFF')).toEqual([2]);
      expect(await find('tea coffee')).toEqual([]);
      for (const query of ["' | '", "tea & !coffee:*'", '%', '\\', "'); DROP TABLE messages; --", '🐢', ':*'])
        expect(await find(query)).toEqual([]);
      expect(await find('100%')).toEqual([2]);
    });

    it('keeps drafts to their author and drops empty ones', async () => {
      await world.messages.saveDraft(ann.actor, { conversationId, text: 'I think' });
      expect(await world.messages.saveDraft(ann.actor, { conversationId, text: 'I think' })).toEqual({
        changed: false,
      });
      expect((await world.messages.draft(ann.actor, { conversationId })).draft?.text).toBe('I think');
      expect((await world.messages.draft(bob.actor, { conversationId })).draft).toBeNull();
      expect(world.published().map(({ stream, type, data }) => [stream, type, 'text' in data])).toEqual([
        [`user:${ann.id}`, 'draft.changed', false],
      ]);
      await world.messages.saveDraft(ann.actor, { conversationId, text: '' });
      expect((await world.messages.drafts(ann.actor, {})).items).toEqual([]);
    });

    it('begins where a member may read: after joining where that counts, after clearing always', async () => {
      conversationId = await world.group([ann, bob], { history: 'joined' });
      await say(ann, 'before');
      await world.join(conversationId, [cid]);
      await say(ann, 'after');
      expect(await texts(cid)).toEqual(['after']);
      expect(await refusal(world.messages.get(cid.actor, { conversationId, seq: 1 }))).toBe(
        'message.not_found',
      );
      await world.messages.edit(ann.actor, { conversationId, seq: 1, text: 'before, again' });
      const access = (await world.streams.readable(cid.actor, [conversationId])).get(conversationId);
      const events = (await world.streams.after(conversationId, access?.after ?? 0, 10)) ?? [];
      expect(events.map(({ type, item }) => [type, (item ?? 0) > (access?.afterItem ?? 0)])).toEqual([
        ['message.sent', true],
        ['message.edited', false],
      ]);
      await world.unitOfWork.transact(({ members }) =>
        members.prefer(conversationId, bob.id, { clearedSeq: 1 }),
      );
      expect(await texts(bob)).toEqual(['after']);
    });
  });
}
