import { createFakeClock } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { createSocialKit } from './index.js';

describe('the newest message in a list of conversations', () => {
  for (const [name, database] of [
    ['the reference storage', 'memory'],
    ['the embedded database', {}],
  ] as const)
    it(`is what its viewer may see, on ${name}`, async () => {
      const clock = createFakeClock();
      await using kit = await createSocialKit({ database, clock, worker: false });
      const person = async (handle: string) => {
        const { id } = await kit.identity.register(kit.system, { externalId: handle, handle });
        return { id, actor: kit.actor(id) };
      };
      const [ann, ben] = [await person('ann'), await person('ben')];
      await kit.graph.follow(ben.actor, { userId: ann.id });
      const group = async (title: string) =>
        (await kit.conversations.createGroup(ann.actor, { title, userIds: [ben.id] })).id;
      const [said, hidden, gone, quiet] = [
        await group('said'),
        await group('hidden'),
        await group('gone'),
        await group('quiet'),
      ];
      let sent = 0;
      const send = async (who: typeof ann, conversationId: string, text: string) => {
        clock.advance(1);
        return (await kit.messages.send(who.actor, { conversationId, clientId: `c${sent++}`, text })).message;
      };
      await send(ann, said, 'first');
      await send(ann, said, `${'👩'.repeat(250)}`);
      await send(ann, hidden, 'shown');
      const { seq } = await send(ann, hidden, 'not for ben');
      await kit.messages.hide(ben.actor, { conversationId: hidden, seq });
      const last = await send(ann, gone, 'regretted');
      await kit.messages.delete(ann.actor, { conversationId: gone, seq: last.seq });
      const seen = async (who: typeof ann) =>
        new Map(
          (await kit.conversations.list(who.actor, {})).items.map(({ id, lastMessage }) => [
            id,
            lastMessage && [lastMessage.seq, lastMessage.status, lastMessage.text],
          ]),
        );
      const long = '👩'.repeat(200);
      expect(await seen(ben)).toEqual(
        new Map<string, unknown>([
          [gone, [1, 'deleted', null]],
          [hidden, [1, 'published', 'shown']],
          [said, [2, 'published', long]],
          [quiet, null],
        ]),
      );
      expect((await seen(ann)).get(hidden)).toEqual([2, 'published', 'not for ben']);
      await kit.conversations.clear(ben.actor, { conversationId: said });
      await kit.graph.block(ben.actor, { userId: ann.id });
      const after = await seen(ben);
      expect([after.get(said), after.get(hidden)]).toEqual([null, [1, 'hidden', null]]);
      const { items } = await kit.conversations.list(ben.actor, {});
      expect(JSON.stringify(items.find(({ id }) => id === hidden)?.lastMessage)).not.toContain(ann.id);
    });
});
