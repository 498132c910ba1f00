import type { AnyEvent } from '@socialkit/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '../conversations/sample-world.js';
import { createPresenceWorld, type PresenceWorld } from './sample-world.js';
import { TYPING_REPEAT_MS } from './typing.js';

describe('typing', () => {
  let world: PresenceWorld;
  let ann: Person;
  let ben: Person;
  let conversationId: string;
  beforeEach(async () => {
    world = createPresenceWorld();
    [ann, ben] = [await world.person(), await world.person()];
    conversationId = await world.group([ann, ben]);
  });

  const type = (person: Person, typing = true) =>
    world.typing.service.set(person.actor, { conversationId, typing });
  const hints = () => world.hints.splice(0);

  it('is told to who follows the conversation, and names its author so that blocks hold', async () => {
    expect(await type(ann)).toEqual({ shown: true });
    expect(await type(ann, false)).toEqual({ shown: true });
    expect(hints()).toEqual([
      {
        streams: [`conversation:${conversationId}`],
        type: 'typing.started',
        data: { userId: ann.id, expiresInMs: 6000 },
        by: ann.id,
      },
      {
        streams: [`conversation:${conversationId}`],
        type: 'typing.stopped',
        data: { userId: ann.id },
        by: ann.id,
      },
    ]);
  });

  it('is told once in about three seconds for each account, and again on time', async () => {
    expect(await type(ann)).toEqual({ shown: true });
    for (let i = 0; i < 20; i++) expect(await type(ann)).toEqual({ shown: false });
    expect(await type(ben)).toEqual({ shown: true });
    world.clock.advance(TYPING_REPEAT_MS);
    expect(await type(ann)).toEqual({ shown: true });
    expect(hints()).toHaveLength(3);
  });

  it('ends with the message that was typed, once', async () => {
    const sent = (person: Person) =>
      world.typing.committed([
        {
          type: 'message.sent',
          payload: { conversationId, authorId: person.id, seq: 1 },
        } as unknown as AnyEvent,
      ]);
    sent(ann);
    await type(ann);
    sent(ben);
    sent(ann);
    sent(ann);
    expect(hints().map((hint) => [hint.type, hint.by])).toEqual([
      ['typing.started', ann.id],
      ['typing.stopped', ann.id],
    ]);
    await type(ben);
    world.clock.advance(6000);
    sent(ben);
    expect(hints()).toHaveLength(1);
  });

  it('is refused to who does not take part, or may not write', async () => {
    const stranger = await world.person();
    await expect(type(stranger)).rejects.toMatchObject({ code: 'conversation.not_found' });
    await world.change(ben.id, { state: 'suspended' });
    await expect(type(ben)).rejects.toMatchObject({ code: 'conversation.not_allowed' });
    await expect(type({ ...ann, actor: world.system })).rejects.toMatchObject({ category: 'forbidden' });
    expect(hints()).toEqual([]);
  });

  it('is silent above a hundred members', async () => {
    const people = [ann];
    for (let i = 0; i < 100; i++) people.push(await world.person());
    conversationId = await world.group(people);
    expect(await type(ann)).toEqual({ shown: false });
    expect(hints()).toEqual([]);
    conversationId = await world.group(people.slice(0, 100));
    expect(await type(ann)).toEqual({ shown: true });
  });

  it('is refused between accounts with a block, in either direction', async () => {
    await world.befriend(ann, ben);
    ({ id: conversationId } = await world.conversations.openDirect(ann.actor, { userId: ben.id }));
    expect(await type(ann)).toEqual({ shown: true });
    await world.block(ben, ann);
    for (const person of [ann, ben])
      await expect(type(person)).rejects.toMatchObject({ code: 'conversation.not_allowed' });
    expect(hints()).toHaveLength(1);
  });

  it('is not shown to a stranger who has not accepted', async () => {
    ({ id: conversationId } = await world.conversations.openDirect(ann.actor, { userId: ben.id }));
    expect(await type(ann)).toEqual({ shown: false });
    expect(hints()).toEqual([]);
  });
});
