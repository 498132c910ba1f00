import { describe, expect, it } from 'vitest';
import { createConversationsService } from './conversations-service.js';
import { createTalkWorld, type Person } from './sample-world.js';
import { FOREVER } from './types.js';

describe('what a member sets for itself', () => {
  it('is archived, muted, pinned and told about apart from everybody else', async () => {
    const world = createTalkWorld({ maxPinned: 1 });
    const [ann, ben] = (await world.people(2)) as [Person, Person];
    await world.follow(ben, ann);
    const group = async (title: string) =>
      (await world.conversations.createGroup(ann.actor, { title, userIds: [ben.id] })).id;
    const [one, two] = [await group('one'), await group('two')];
    const prefer = (conversationId: string, input: object) =>
      world.conversations.prefer(ann.actor, { conversationId, ...input });
    world.heard();
    expect(await prefer(one, { pinned: true, mutedUntil: FOREVER, notify: 'none' })).toEqual({
      changed: true,
    });
    expect(await prefer(one, { pinned: true })).toEqual({ changed: false });
    expect(world.published).toMatchObject([
      {
        stream: `user:${ann.id}`,
        type: 'conversation.preferences_changed',
        data: { conversationId: one, pinned: true, archived: false, mutedUntil: FOREVER, notify: 'none' },
      },
    ]);
    await expect(prefer(two, { pinned: true })).rejects.toMatchObject({
      code: 'conversation.too_many_pinned',
    });
    expect(await prefer(one, { archived: true })).toEqual({ changed: true });
    expect((await world.conversations.get(ann.actor, { conversationId: one })).viewer).toMatchObject({
      archived: true,
      pinned: false,
      mutedUntil: FOREVER,
      notify: 'none',
    });
    expect((await world.conversations.get(ben.actor, { conversationId: one })).viewer).toMatchObject({
      archived: false,
      mutedUntil: null,
      notify: 'all',
    });
    const box = async (input: object) =>
      (await world.conversations.list(ann.actor, input)).items.map(({ id }) => id);
    expect([await box({}), await box({ box: 'archived' })]).toEqual([[two], [one]]);
    await prefer(two, { mutedUntil: world.clock.now() + 1000 });
    expect(await box({ muted: true })).toEqual([two]);
    world.clock.advance(1000);
    expect([await box({ muted: true }), await box({ muted: false })]).toEqual([[], [two]]);
    expect((await world.conversations.get(ann.actor, { conversationId: two })).viewer.mutedUntil).toBeNull();
  });

  it('is cleared for one side alone', async () => {
    const world = createTalkWorld();
    const [ann, ben] = (await world.people(2)) as [Person, Person];
    await world.follow(ben, ann);
    const { id } = await world.conversations.openDirect(ann.actor, { userId: ben.id });
    for (let n = 0; n < 3; n++) await world.message(id);
    expect(await world.conversations.clear(ben.actor, { conversationId: id })).toEqual({ clearedSeq: 3 });
    await world.message(id);
    const viewer = async (who: Person) =>
      (await world.conversations.get(who.actor, { conversationId: id })).viewer;
    expect(await viewer(ben)).toMatchObject({ unread: 1, hiddenUpToSeq: 3 });
    expect(await viewer(ann)).toMatchObject({ unread: 4, hiddenUpToSeq: 0 });
  });
});

describe('the list of conversations', () => {
  it('comes in full pages that repeat nothing while messages arrive', async () => {
    const world = createTalkWorld();
    const ann = await world.person();
    const made: string[] = [];
    for (let n = 0; n < 9; n++) {
      world.clock.advance(10);
      made.push((await world.conversations.createGroup(ann.actor, { title: `g${n}` })).id);
    }
    const first = await world.conversations.list(ann.actor, { limit: 4 });
    expect(first.items.map(({ id }) => id)).toEqual([...made].reverse().slice(0, 4));
    world.clock.advance(10);
    await world.message(made[0] as string);
    await world.message(made[8] as string);
    const cursor = first.nextCursor ?? '';
    const second = await world.conversations.list(ann.actor, { limit: 4, cursor });
    expect(second.items.map(({ id }) => id)).toEqual([...made].reverse().slice(4, 8));
    expect(second.nextCursor).toBeNull();
    const head = await world.conversations.list(ann.actor, { limit: 2 });
    expect(new Set(head.items.map(({ id }) => id))).toEqual(new Set([made[0], made[8]]));
    await expect(world.conversations.list(ann.actor, { cursor, box: 'archived' })).rejects.toMatchObject({
      code: 'cursor.invalid',
    });
  });

  it('asks for the newest messages in one batch, within what each member may see', async () => {
    const world = createTalkWorld();
    const [ann, ben] = (await world.people(2)) as [Person, Person];
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const group = await world.conversations.createGroup(ann.actor, {
        title: `g${n}`,
        settings: { history: 'joined' },
      });
      ids.push(group.id);
      await world.message(group.id);
      const { token } = await world.conversations.createLink(ann.actor, { conversationId: group.id });
      await world.conversations.join(ben.actor, { token });
      if (n > 0) await world.message(group.id);
    }
    const asked: object[][] = [];
    const { unitOfWork, readers, runtime } = world;
    const preview = {
      seq: 2,
      authorId: ann.id,
      status: 'published',
      text: 'hi',
      attachments: 0,
      createdAt: 1,
    };
    const service = createConversationsService({
      unitOfWork,
      readers,
      runtime,
      previews: {
        async newest(_viewer, asks) {
          asked.push([...asks]);
          return new Map(
            asks.filter((ask) => ask.lastSeq > ask.above).map((ask) => [ask.conversationId, preview]),
          );
        },
      },
    });
    const { items } = await service.list(ben.actor, {});
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContainEqual({ conversationId: ids[0], lastSeq: 1, above: 1 });
    expect(items.map(({ lastMessage, viewer }) => [lastMessage, viewer.unread])).toEqual([
      [preview, 1],
      [preview, 1],
      [null, 0],
    ]);
  });
});

describe('members and what two have in common', () => {
  it('lists members by role, finds them by handle, and leaves out whom the viewer cannot see', async () => {
    const world = createTalkWorld();
    const ann = await world.person({ handle: 'ann', handleSkeleton: 'ann' });
    const folk: Person[] = [];
    for (let n = 0; n < 25; n++) {
      const handle = `${n % 2 ? 'odd' : 'even'}_${String.fromCharCode(97 + n)}`;
      const person = await world.person({ handle, handleSkeleton: handle });
      await world.follow(person, ann);
      folk.push(person);
    }
    const { id: conversationId } = await world.conversations.createGroup(ann.actor, {
      title: 'All',
      userIds: folk.map(({ id }) => id),
    });
    const [foe, gone] = folk as [Person, Person];
    const viewer = folk[2] as Person;
    await world.block(viewer, foe);
    await world.changeAccount(gone.id, { state: 'deactivated' });
    const walk = async (input: object) => {
      const found: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof world.conversations.members>> =
          await world.conversations.members(viewer.actor, {
            conversationId,
            limit: 3,
            ...(cursor ? { cursor } : {}),
            ...input,
          });
        found.push(...page.items.map(({ account }) => account.id));
        cursor = page.nextCursor;
      }
      return found;
    };
    const seen = [ann.id, ...folk.map(({ id }) => id).filter((id) => id !== foe.id && id !== gone.id)];
    expect(await walk({})).toEqual(seen);
    expect(await walk({ search: 'ODD_' })).toEqual(
      folk
        .filter((_, n) => n % 2)
        .map(({ id }) => id)
        .filter((id) => id !== gone.id),
    );
    await expect(
      world.conversations.members(viewer.actor, { conversationId, list: 'banned' }),
    ).rejects.toMatchObject({ code: 'conversation.not_allowed' });

    expect((await world.conversations.shared(viewer.actor, { userId: ann.id })).items).toMatchObject([
      { id: conversationId },
    ]);
    for (const userId of [foe.id, gone.id, world.ids.next()])
      await expect(world.conversations.shared(viewer.actor, { userId })).rejects.toMatchObject({
        code: 'account.not_found',
      });
    expect((await world.conversations.shared(viewer.actor, { userId: viewer.id })).items).toEqual([]);
  });
});
