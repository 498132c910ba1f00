import type { Id, StreamEvent } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChatSuiteBackend, ChatSuiteHandle } from '../suite-backend.js';
import {
  type ConversationState,
  conversationFrom,
  expireMessages,
  reduceConversation,
  withoutMessage,
} from './reduce.js';
import { createMessageWorld, type MessageWorld, type Person } from './sample-world.js';

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
const diceOf = (seed: number) => {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (count: number) => Math.floor(next() * count),
    pick: <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T,
    chance: (share: number) => next() < share,
  };
};
type Dice = ReturnType<typeof diceOf>;

/** A client: what it was told, applied one event after the other. */
interface Client {
  readonly person: Person;
  state: ConversationState;
}

const WORLDS = Number(process.env.SOCIALKIT_MESSAGE_WORLDS ?? 3);
const STEPS = 40;

/**
 * The contract of the conversation stream: a client that applies every event to what it loaded ends with what a fresh load
 * shows, after every single change, whoever it is and whatever was withheld from it.
 */
export function messageWorldsSuite(backend: ChatSuiteBackend): void {
  describe(`worlds of messages: ${backend.name}`, () => {
    let open: Awaited<ReturnType<ChatSuiteBackend['open']>>;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());
    const first = Number(process.env.SOCIALKIT_SEED ?? Date.now() % 2 ** 31);

    for (let n = 0; n < WORLDS; n++) {
      const seed = first + n;
      it(`end where a fresh load ends: SOCIALKIT_SEED=${seed}`, async () => {
        await play(open, seed);
      });
    }
  });
}

/** What a node hands a client of an event. */
function framed(
  event: StreamEvent,
  person: Person,
  access: { readonly after: number; readonly afterItem?: number },
  blocked: ReadonlySet<Id>,
  suspended: ReadonlySet<Id>,
) {
  const withheld =
    event.offset <= access.after ||
    (event.item !== undefined && event.item <= (access.afterItem ?? 0)) ||
    (event.only !== undefined && !event.only.includes(person.id)) ||
    (event.by !== null && event.by !== person.id && (blocked.has(event.by) || suspended.has(event.by)));
  return { offset: event.offset, type: event.type, at: event.at, data: withheld ? undefined : event.data };
}

async function play(
  open: { readonly a: ChatSuiteHandle } & Parameters<typeof createMessageWorld>[0],
  seed: number,
): Promise<void> {
  const dice = diceOf(seed);
  const world = createMessageWorld(open);
  const people: Person[] = [];
  for (const handle of ['ann', 'bob', 'cid', 'dee', 'eve']) people.push(await world.person(handle));
  const moderator = await world.moderator();
  const late = people[4] as Person;
  const settings = {
    history: dice.pick(['all', 'joined'] as const),
    messageTtlSeconds: dice.chance(0.3) ? 600 : null,
  };
  const conversationId = await world.group(people.slice(0, 4), settings);
  const blocks = new Map<Id, Set<Id>>(people.map(({ id }) => [id, new Set()]));
  const suspended = new Set<Id>();

  const load = async (person: Person) =>
    conversationFrom(
      conversationId,
      await world.messages.history(person.actor, { conversationId, limit: 100 }),
    );
  const clients: Client[] = [];
  for (const person of people.slice(0, 4)) clients.push({ person, state: await load(person) });

  const catchUp = async (client: Client) => {
    const access = (await world.streams.readable(client.person.actor, [conversationId])).get(conversationId);
    const events = await world.streams.after(conversationId, client.state.offset, 100);
    if (!access || !events) throw new Error('the stream of a member can be read');
    for (const event of events)
      client.state = reduceConversation(
        client.state,
        framed(event, client.person, access, blocks.get(client.person.id) as Set<Id>, suspended),
      );
    client.state = expireMessages(client.state, world.clock.now());
  };

  for (let step = 0; step < STEPS; step++) {
    const did = await change(world, dice, {
      conversationId,
      people,
      moderator,
      clients,
      late,
      blocks,
      suspended,
      load,
    });
    // What was told while it was live is what the log says now: nothing happened in between.
    const live = world.published().filter(({ stream }) => stream === `conversation:${conversationId}`);
    if (live.length > 0) {
      const logged = await world.streams.after(conversationId, (live[0] as StreamEvent).offset - 1, 100);
      // What the publisher marked as its author's alone, a node marks when it reads it again.
      const marked = logged?.map((event) =>
        event.by !== null && suspended.has(event.by) ? { ...event, only: [event.by], rewrites: true } : event,
      );
      expect(marked, `${did} at step ${step} of ${seed}`).toEqual(live);
    }
    for (const client of clients) {
      await catchUp(client);
      const fresh = await load(client.person);
      const title = `${did} at step ${step} of ${seed}, for ${people.indexOf(client.person)}`;
      expect(client.state.offset, title).toBe(fresh.offset);
      expect(client.state.lastSeq, title).toBe(fresh.lastSeq);
      expect(
        [...client.state.messages.values()].sort((a, b) => a.seq - b.seq),
        title,
      ).toEqual([...fresh.messages.values()]);
    }
  }
}

interface Scene {
  readonly conversationId: Id;
  readonly people: readonly Person[];
  readonly moderator: Person;
  readonly clients: Client[];
  readonly late: Person;
  readonly blocks: ReadonlyMap<Id, Set<Id>>;
  readonly suspended: Set<Id>;
  load(person: Person): Promise<ConversationState>;
}

/** One random change; what members may not do is refused, and that is an outcome as good as any. */
async function change(world: MessageWorld, dice: Dice, scene: Scene): Promise<string> {
  const { conversationId, clients, late, blocks, suspended, load, moderator } = scene;
  const client = dice.pick(clients);
  const { actor } = client.person;
  const seq = 1 + dice.below(Math.max(1, client.state.lastSeq));
  const key = { conversationId, seq };
  const text = `${dice.pick(['hello', 'hi @ann', 'so @bob and @eve', 'look'])} ${dice.below(100)}`;
  const acts: Readonly<Record<string, () => Promise<unknown>>> = {
    send: () => world.messages.send(actor, { conversationId, text }),
    'send two': () =>
      Promise.all([
        world.messages.send(actor, { conversationId, text }),
        world.messages.send(dice.pick(clients).person.actor, { conversationId, text: 'me too' }),
      ]),
    reply: () => world.messages.send(actor, { conversationId, text, replyToSeq: seq }),
    thread: () => world.messages.send(actor, { conversationId, text, threadRootSeq: seq }),
    brief: () => world.messages.send(actor, { conversationId, text, ttlSeconds: 5 + dice.below(100) }),
    held: async () => {
      world.gateSays({ decision: 'hold', reasons: ['sample'] });
      await world.messages.send(actor, {
        conversationId,
        text,
        ...(dice.chance(0.4) ? { threadRootSeq: seq } : {}),
      });
    },
    edit: () => world.messages.edit(actor, { ...key, text }),
    'held edit': async () => {
      world.gateSays({ decision: 'hold', reasons: ['sample'] });
      await world.messages.edit(actor, { ...key, text });
    },
    delete: () => world.messages.delete(actor, key),
    react: () => world.messages.react(actor, { ...key, kind: dice.pick(['like', 'wow']) }),
    unreact: () => world.messages.unreact(actor, { ...key, kind: dice.pick(['like', 'wow']) }),
    pin: () => world.messages.pin(actor, key),
    unpin: () => world.messages.unpin(actor, key),
    hide: async () => {
      await world.messages.hide(actor, key);
      client.state = withoutMessage(client.state, seq);
    },
    release: () => world.messages.release(moderator.actor, { ...key, reason: 'fine' }),
    flag: () => world.messages.flag(moderator.actor, { ...key, reason: 'not fine' }),
    restore: () => world.messages.restore(moderator.actor, { ...key, reason: 'fine after all' }),
    'time passes': async () => {
      world.clock.advance(dice.below(60_000));
      if (dice.chance(0.5)) await world.work('messages.expire');
    },
    join: async () => {
      if (clients.some(({ person }) => person === late)) return;
      await world.join(conversationId, [late]);
      clients.push({ person: late, state: await load(late) });
    },
    suspend: async () => {
      // One at a time, so that the others go on talking.
      const other = clients.find(({ person }) => suspended.has(person.id)) ?? dice.pick(clients);
      const { id } = other.person;
      const ends = suspended.has(id);
      await world.move(other.person, ends ? 'suspended' : 'active', ends ? 'active' : 'suspended');
      if (ends) suspended.delete(id);
      else suspended.add(id);
      // Nor is this: who was seen before is hidden now, and the other way round.
      for (const one of clients) one.state = await load(one.person);
    },
    block: async () => {
      const other = dice.pick(clients);
      const [mine, theirs] = [blocks.get(client.person.id), blocks.get(other.person.id)];
      if (other === client || !mine || !theirs) return;
      if (mine.has(other.person.id)) {
        await world.unblock(client.person, other.person);
        await world.unblock(other.person, client.person);
        mine.delete(other.person.id);
        theirs.delete(client.person.id);
      } else {
        await world.block(client.person, other.person);
        mine.add(other.person.id);
        theirs.add(client.person.id);
      }
      // What a block changes is no event of a conversation: both sides load afresh.
      client.state = await load(client.person);
      other.state = await load(other.person);
    },
  };
  const names = Object.keys(acts);
  const name = dice.chance(0.35) ? 'send' : dice.pick(names);
  const outcome = await (acts[name] as () => Promise<unknown>)().then(
    () => 'done',
    (error: { code?: string }) => {
      if (error.code === undefined || error.code.startsWith('storage.')) throw error;
      return error.code;
    },
  );
  world.gateSays({ decision: 'allow' });
  return `${name} ${seq} (${outcome})`;
}
