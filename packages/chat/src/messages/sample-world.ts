import {
  type AccountState,
  type Actor,
  type ContentGate,
  createHooks,
  DEFAULT_ROLES,
  type GateVerdict,
  type Id,
  noTracer,
  type Runtime,
  type StreamEvent,
  silentLogger,
  staffActor,
  userActor,
} from '@socialkit/core';
import { sampleAccount } from '@socialkit/core/testing';
import {
  type ConversationSettings,
  DEFAULT_SETTINGS,
  type MemberState,
  pairOf,
} from '../conversations/types.js';
import { sampleRelations } from '../sample-relations.js';
import type { ChatSuiteHandle } from '../suite-backend.js';
import { createMessages } from './messages-service.js';
import type { MessageOptions } from './settings.js';
import { createConversationStreams } from './source.js';

/** An account and the actor behind it. */
export interface Person {
  readonly id: Id;
  readonly actor: Actor;
}

/** What a world of messages stands on: a handle on a storage, its time, and ids nobody else makes. */
export interface MessageGround {
  readonly a: ChatSuiteHandle;
  readonly clock: { now(): number; advance(ms: number): void };
  readonly ids: { next(): Id };
}

/** Messages over accounts and conversations to play with, on any storage. */
export function createMessageWorld(ground: MessageGround, options: MessageOptions = {}) {
  const { a, clock, ids } = ground;
  const runtime: Runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const published: StreamEvent[] = [];
  const hints: { readonly streams: readonly string[]; readonly data: unknown }[] = [];
  let verdict: GateVerdict = { decision: 'allow' };
  const gate: ContentGate = { review: async () => verdict };
  const messages = createMessages(
    {
      unitOfWork: a.unitOfWork,
      readers: a.readers,
      runtime,
      canonicalHandle: (text) => text.toLowerCase(),
      ports: {
        gate,
        publisher: {
          publish: (events) => void published.push(...events),
          hint: (streams, _type, data) => void hints.push({ streams, data }),
          accessChanged() {},
        },
      },
    },
    { moderated: true, ...options },
  );
  const { unitOfWork } = a;

  const join = (
    conversationId: Id,
    people: readonly Person[],
    state: MemberState = 'active',
    role?: 'owner',
  ) =>
    unitOfWork.transact(async (stores) => {
      const conversation = await stores.conversations.lock(conversationId);
      if (!conversation) throw new Error('no such conversation');
      await stores.members.move(
        conversationId,
        people.map(({ id }) => ({
          userId: id,
          state,
          ...(role ? { role } : {}),
          ...(state === 'active'
            ? { joined: { seq: conversation.lastSeq, offset: conversation.lastOffset } }
            : {}),
        })),
        clock.now(),
      );
    });
  const create = async (pair: readonly [Id, Id] | null, by: Id, settings: Partial<ConversationSettings>) => {
    const id = ids.next();
    await unitOfWork.transact((stores) =>
      stores.conversations.insert({
        id,
        kind: pair ? 'direct' : 'group',
        pair,
        title: pair ? null : 'sample',
        description: null,
        avatar: null,
        label: null,
        ownerId: pair ? null : by,
        settings: { ...DEFAULT_SETTINGS, ...settings },
        memberCount: 0,
        lastSeq: 0,
        lastOffset: 0,
        lastMessageAt: null,
        createdAt: clock.now(),
        createdBy: by,
        revision: 1,
      }),
    );
    return id;
  };

  return {
    clock,
    ids,
    readers: a.readers,
    unitOfWork,
    messages: messages.service,
    workers: messages.workers,
    streams: createConversationStreams({ readers: a.readers, clock }),
    /** What was told to open connections since the last call. */
    published: (): readonly StreamEvent[] => published.splice(0),
    hints,
    gateSays(next: GateVerdict) {
      verdict = next;
    },
    async person(handle?: string): Promise<Person> {
      const id = ids.next();
      await unitOfWork.transact(({ accounts }) =>
        accounts.insert(sampleAccount(id, handle === undefined ? {} : { handle, handleSkeleton: handle })),
      );
      return { id, actor: userActor(id) };
    },
    async moderator(): Promise<Person> {
      const id = ids.next();
      await unitOfWork.transact(({ accounts }) => accounts.insert(sampleAccount(id, { role: 'moderator' })));
      const rank = DEFAULT_ROLES.moderator?.rank ?? 0;
      return { id, actor: staffActor(id, { rank, permissions: ['content.moderate'] }) };
    },
    /** The first person owns it. */
    async group(people: readonly Person[], settings: Partial<ConversationSettings> = {}): Promise<Id> {
      const [owner, ...rest] = people;
      if (!owner) throw new Error('a group has somebody in it');
      const id = await create(null, owner.id, settings);
      await join(id, [owner], 'active', 'owner');
      if (rest.length > 0) await join(id, rest);
      return id;
    },
    async direct(a: Person, b: Person, theirs: MemberState = 'active'): Promise<Id> {
      const id = await create(pairOf(a.id, b.id), a.id, {});
      await join(id, [a]);
      await join(id, [b], theirs);
      return id;
    },
    join,
    /** Moves an account from one state to another. */
    move: (person: Person, from: AccountState, to: AccountState) =>
      unitOfWork.transact(({ accounts }) =>
        accounts.moveState(person.id, { from, to, reason: null, resumeState: null }, clock.now()),
      ),
    ...sampleRelations(unitOfWork, ids),
    member: async (conversationId: Id, person: Person) =>
      (await a.readers.members.of(conversationId, [person.id])).get(person.id),
    /** Runs what is due of a queue. */
    async work(queue: string): Promise<void> {
      const worker = messages.workers.find((other) => other.queue === queue);
      const jobs = await a.jobs.claim(queue, 100, 60_000);
      for (const job of jobs)
        await worker?.handle([job], { signal: new AbortController().signal, fail: () => {} });
      await a.jobs.acknowledge(jobs);
    },
  };
}

/** A world of messages. */
export type MessageWorld = ReturnType<typeof createMessageWorld>;
