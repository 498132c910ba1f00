import {
  type Id,
  isSocialError,
  mentionedIn,
  type NewEvent,
  notFound,
  type RelationFacts,
  type Runtime,
  referenceOf,
  restrictByGate,
} from '@socialkit/core';
import { look, type Standing } from '../conversations/standing.js';
import { decideSend, type SendDecision } from './decide.js';
import { enqueueExpiry } from './expire.js';
import type { Outcome } from './lanes.js';
import { restrictedMessage } from './moderate.js';
import type { SendCommand } from './prepare.js';
import type { NewMessage, Placed, SendFacts } from './store.js';
import type { Message } from './types.js';
import { canRead, eventOf, type MessageUnit, mayRead } from './unit.js';

/** A message that was sent, now or before. */
export interface SentMessage {
  readonly message: Message;
  readonly duplicate: boolean;
  /** Where it came to stand, and its author there; null for a duplicate. */
  readonly placed: (Placed & Pick<Standing, 'conversation' | 'member'>) | null;
}

/** A message that was just written, as it is stored. */
const stored = (message: NewMessage, { seq }: Placed): Message => {
  const { mentions: _mentions, paced: _paced, ...content } = message;
  return {
    ...content,
    seq,
    revision: 1,
    editedAt: null,
    deletedAt: null,
    pinnedAt: null,
    replyCount: 0,
    lastReplySeq: null,
    reactionCounts: {},
  };
};

/** Accounts whose relation to the author decides about a send, beside the other side of a direct conversation. */
const relevantTo = (command: SendCommand, facts: SendFacts): readonly Id[] => [
  ...new Set([
    ...[...command.candidates.values()].map(({ id }) => id),
    ...(facts.replyTo ? [facts.replyTo.authorId] : []),
    ...(facts.root ? [facts.root.authorId] : []),
  ]),
];

const NOBODY: ReadonlyMap<Id, RelationFacts> = new Map();

/** Whether an error is the answer to one sender; anything else is a failure of the transaction. */
const isAnswer = (error: unknown): boolean =>
  isSocialError(error) && !['unavailable', 'timeout', 'internal'].includes(error.category);

/** What was decided before in the same batch changes what later sends of it stand on. */
function createOverlay() {
  const sent = new Map<string, number>();
  const counts = new Map<Id, number>();
  const paces = new Map<string, number>();
  const names = ({ conversationId, authorId, clientId }: SendCommand) =>
    clientId === null ? null : `${conversationId} ${authorId} ${clientId}`;
  return {
    /** The send of this batch that has the same name, by its place. */
    earlier: (command: SendCommand): number | undefined => sent.get(names(command) ?? ''),
    on(command: SendCommand, facts: SendFacts): SendFacts {
      const count = counts.get(command.conversationId) ?? 0;
      const pace = paces.get(`${command.conversationId} ${command.authorId}`);
      if (count === 0 || !facts.conversation) return facts;
      const { conversation } = facts;
      return {
        ...facts,
        conversation: { ...conversation, lastSeq: conversation.lastSeq + count },
        ...(pace === undefined ? {} : { lastSentAt: pace }),
      };
    },
    note(command: SendCommand, place: number, now: number): void {
      const name = names(command);
      if (name !== null) sent.set(name, place);
      counts.set(command.conversationId, (counts.get(command.conversationId) ?? 0) + 1);
      paces.set(`${command.conversationId} ${command.authorId}`, now);
    },
  };
}

/** @throws message.not_found unless the author can still read what he carries over */
async function requireSource(stores: MessageUnit, command: SendCommand, now: number): Promise<void> {
  const { source, authorId } = command;
  if (source === null) return;
  const conversation = (await stores.conversations.byIds([source.conversationId])).get(source.conversationId);
  const standing = await look(stores, conversation, authorId);
  const message = (await stores.messages.byKeys(source.conversationId, [source.seq])).get(source.seq);
  const seen = standing && mayRead(standing) && (await canRead(stores, standing, message, now));
  if (!seen || message?.status !== 'published') throw notFound('message');
}

const eventsOf = (command: SendCommand, message: Message): NewEvent => {
  const about = eventOf(message);
  return (command.held === null
    ? {
        type: 'message.sent',
        actor: command.actor,
        payload: {
          ...about,
          mentions: mentionedIn(message.entities),
          replyToSeq: message.replyToSeq,
          threadRootSeq: message.threadRootSeq,
          ...referenceOf(command.verdict),
        },
      }
    : {
        type: 'message.held',
        actor: command.actor,
        payload: { ...about, revision: 1, reasons: command.held, ...referenceOf(command.verdict) },
      }) as unknown as NewEvent;
};

/**
 * Sends messages in one transaction: each is decided by itself behind the locks and fails by itself.
 * @returns outcomes in order
 */
export async function sendTogether(
  stores: MessageUnit,
  commands: readonly SendCommand[],
  runtime: Pick<Runtime, 'clock' | 'ids'>,
): Promise<readonly Outcome<SentMessage>[]> {
  const now = runtime.clock.now();
  await stores.sends.lock(
    [...new Set(commands.map(({ conversationId }) => conversationId))],
    commands.flatMap(({ pairs }) => pairs),
  );
  const allFacts = await stores.sends.facts(commands);
  const overlay = createOverlay();
  const decisions: (Outcome<SendDecision> | { readonly same: number })[] = [];
  for (const [place, command] of commands.entries()) {
    const facts = allFacts[place] as SendFacts;
    const earlier = overlay.earlier(command);
    if (earlier !== undefined && commands[earlier]?.fingerprint === command.fingerprint) {
      decisions.push({ same: earlier });
      continue;
    }
    try {
      const ids = relevantTo(command, facts);
      const relations = ids.length === 0 ? NOBODY : await stores.facts.relations(command.authorId, ids);
      const known = earlier === undefined ? facts.known : ({ fingerprint: null } as Message);
      const decision = decideSend(command, { ...overlay.on(command, facts), known }, relations, now);
      if ('write' in decision) {
        await requireSource(stores, command, now);
        overlay.note(command, place, now);
      }
      decisions.push({ ok: true, value: decision });
    } catch (error) {
      if (!isAnswer(error)) throw error;
      decisions.push({ ok: false, error });
    }
  }

  const writes = decisions.flatMap((decision, place) =>
    'ok' in decision && decision.ok && 'write' in decision.value
      ? [{ place, message: decision.value.write }]
      : [],
  );
  const placed = writes.length === 0 ? [] : await stores.sends.write(writes.map(({ message }) => message));
  const written = new Map<number, SentMessage>();
  for (const [index, { place, message }] of writes.entries()) {
    const at = placed[index] as Placed;
    const { conversation, member } = allFacts[place] as SendFacts;
    if (!conversation || !member) continue;
    written.set(place, {
      message: stored(message, at),
      duplicate: false,
      placed: { ...at, conversation, member },
    });
  }
  await stores.outbox.appendAll(
    [...written].map(([place, { message }]) => eventsOf(commands[place] as SendCommand, message)),
  );
  for (const [place, { message }] of written)
    await restrictByGate(
      stores,
      runtime,
      restrictedMessage(message),
      (commands[place] as SendCommand).verdict,
    );
  await enqueueExpiry(
    stores.jobs,
    [...written.values()].map(({ message }) => message),
  );
  const again = ({ message }: SentMessage): SentMessage => ({ message, duplicate: true, placed: null });
  return decisions.map((decision, place): Outcome<SentMessage> => {
    if ('same' in decision) return { ok: true, value: again(written.get(decision.same) as SentMessage) };
    if (!decision.ok) return decision;
    return {
      ok: true,
      value:
        'known' in decision.value
          ? { message: decision.value.known, duplicate: true, placed: null }
          : (written.get(place) as SentMessage),
    };
  });
}
