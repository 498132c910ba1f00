import type { AccountState, Id } from '@socialkit/core';
import type { Conversation, Member, MemberState } from '../conversations/types.js';
import type {
  Draft,
  Message,
  MessageContent,
  MessageKey,
  MessageRevision,
  MessageStatus,
  ScheduledMessage,
} from './types.js';

/** A stretch of messages to read. */
export interface MessageRange {
  /** Strictly between these two. */
  readonly after: number;
  readonly before: number;
  /** From which end the limit counts. The answer is in ascending order either way. */
  readonly from: 'start' | 'end';
  readonly limit: number;
  /** Only this thread: its first message and what hangs below it. */
  readonly threadRootSeq?: number;
  /** Leaves out what this account deleted for itself. */
  readonly notHiddenFor?: Id;
}

/** What an account has to do with a message beside being a member. */
export interface OwnMessageState {
  readonly reacted: readonly string[];
  /** Deleted for this account alone. */
  readonly hidden: boolean;
}

/** One reaction. */
export interface MessageReaction {
  readonly userId: Id;
  readonly kind: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** A place among the reactions of a message: in order of account ids, then kinds. */
export type ReactionPosition = Pick<MessageReaction, 'userId' | 'kind'>;

/** Reads messages as they are stored. No policy: who may read what is for the callers. */
export interface MessageReader {
  byKeys(conversationId: Id, seqs: readonly number[]): Promise<ReadonlyMap<number, Message>>;
  /** Ascending by `seq`. */
  range(conversationId: Id, range: MessageRange): Promise<readonly Message[]>;
  /** The newest message of each stretch, `above` exclusive, `upTo` inclusive, that the account has not deleted for itself. One statement. */
  newest(
    userId: Id,
    stretches: readonly { readonly conversationId: Id; readonly above: number; readonly upTo: number }[],
  ): Promise<readonly Message[]>;
  /**
   * Published messages that hold every word, the last one as a beginning, newest first, strictly between `after` and
   * `before`. @param words as `wordsOf` makes them, at least one
   */
  search(
    conversationId: Id,
    query: {
      readonly words: readonly string[];
      readonly after: number;
      readonly before: number;
      readonly limit: number;
    },
  ): Promise<readonly Message[]>;
  /** Pinned last first. */
  pinned(conversationId: Id): Promise<readonly Message[]>;
  /** Earlier versions, newest first, strictly older than `before`. */
  revisions(
    key: MessageKey,
    slice: { readonly before: number | null; readonly limit: number },
  ): Promise<readonly MessageRevision[]>;
  /** Every seq asked for has an entry. */
  ownState(
    userId: Id,
    conversationId: Id,
    seqs: readonly number[],
  ): Promise<ReadonlyMap<number, OwnMessageState>>;
  /** Strictly behind `after`. @param query.kind null for all */
  reactions(
    key: MessageKey,
    query: { readonly kind: string | null; readonly after: ReactionPosition | null; readonly limit: number },
  ): Promise<readonly MessageReaction[]>;
}

/** What a send asks about. */
export interface SendRequest {
  readonly conversationId: Id;
  readonly authorId: Id;
  readonly clientId: string | null;
  /** Messages it refers to. */
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
}

/** Everything that decides about one send, as it is behind the locks. */
export interface SendFacts {
  /** Null when there is none or it is deleted. */
  readonly conversation: Conversation | null;
  readonly member: Member | null;
  readonly authorState: AccountState | null;
  /** The other side of a direct conversation. */
  readonly peer: {
    readonly userId: Id;
    readonly memberState: MemberState | null;
    readonly accountState: AccountState | null;
    /** Either side blocks the other. */
    readonly blocked: boolean;
  } | null;
  /** The author's message under this client id. */
  readonly known: Message | null;
  readonly replyTo: Message | null;
  readonly root: Message | null;
  /** When the author last sent here, Unix milliseconds; read only where there is slow mode. */
  readonly lastSentAt: number | null;
}

/** A message to be written. The place in the conversation comes with the writing. */
export interface NewMessage extends MessageContent {
  readonly conversationId: Id;
  readonly authorId: Id;
  readonly clientId: string | null;
  readonly fingerprint: string | null;
  readonly status: Extract<MessageStatus, 'published' | 'under_review'>;
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
  readonly forwarded: boolean;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** Accounts whose mention counts grow, as far as they are active members. */
  readonly mentions: readonly Id[];
  /** Remembers when the author sent, for slow mode. */
  readonly paced: boolean;
}

/** Where a message came to stand. */
export interface Placed {
  readonly seq: number;
  /** Of its `message.sent`. A message of a thread is followed by one `thread.changed`, unless it is held for review. */
  readonly offset: number;
  /** The first message of its thread as it is now. */
  readonly root: Message | null;
}

/**
 * Sends messages, many at a time: what different accounts send to different conversations shares statements. Each call works
 * on all of its conversations in id order, so that two of them never wait for each other in a circle.
 */
export interface MessageSender {
  /**
   * Locks the pairs (shared) and the conversations of these sends: nobody else numbers a message there, moves a member, or
   * changes a block between the sides of a direct one, until the transaction ends. Before anything else of the transaction.
   * @param pairs accounts whose relation also decides
   */
  lock(conversationIds: readonly Id[], pairs: readonly (readonly [Id, Id])[]): Promise<void>;
  /** The facts of each, in order. */
  facts(requests: readonly SendRequest[]): Promise<readonly SendFacts[]>;
  /**
   * Writes messages with their events (`message.sent`, whose data only the author gets while it is held): numbers them in order, advances the author's read mark to his own
   * message and clears his mark "unread", counts mentions and thread replies. A fixed number of rows for each message
   * and one more for each mention, whatever the number of members.
   * @returns places in order
   */
  write(messages: readonly NewMessage[]): Promise<readonly Placed[]>;
}

/** What an edit replaces. */
export interface MessageEdit extends Pick<MessageContent, 'text' | 'entities' | 'label'> {
  /** Unix milliseconds. */
  readonly editedAt: number;
}

/** Changes messages. The caller holds the conversation's lock and appends the event. */
export interface MessageWriter {
  /** Replaces what was written and keeps the version before. @returns the new revision */
  edit(key: MessageKey, edit: MessageEdit): Promise<number>;
  /** Moves a message from one state to another. @returns false, with nothing written, when it is not in `from` */
  move(key: MessageKey, from: MessageStatus, to: 'published' | 'under_review' | 'flagged'): Promise<boolean>;
  /**
   * Erases what was written, with revisions, reactions, mentions and pin, and keeps the place. Unread mentions of it are
   * counted down.
   * @param at Unix ms @returns false when it is gone already
   */
  erase(key: MessageKey, to: 'deleted' | 'expired', at: number): Promise<boolean>;
  /** Counts a message of a thread up or down. @param replySeq the one that was published; null when one went */
  countReply(root: MessageKey, delta: 1 | -1, replySeq: number | null): Promise<void>;
  /** Sets who is mentioned: counts grow for who is new, shrink for who is not any more; only active members, only unread. */
  setMentions(key: MessageKey, userIds: readonly Id[]): Promise<void>;
  /** @param at Unix ms, or null to take the pin away @returns whether that changed anything */
  setPinned(key: MessageKey, at: number | null): Promise<boolean>;
  /** @param at Unix ms @returns false when that reaction was given already */
  react(key: MessageKey, userId: Id, kind: string, at: number): Promise<boolean>;
  /** @returns false when there was none */
  unreact(key: MessageKey, userId: Id, kind: string): Promise<boolean>;
  /** Deletes a message for one account. Needs no lock. @returns false when it was already */
  hide(key: MessageKey, userId: Id): Promise<boolean>;
  /** Messages of a conversation whose time is over and that still hold their text, oldest first. */
  due(conversationId: Id, now: number, limit: number): Promise<readonly MessageKey[]>;
}

/** Reads drafts. */
export interface DraftReader {
  of(userId: Id, conversationIds: readonly Id[]): Promise<ReadonlyMap<Id, Draft>>;
  /** Changed last first, strictly behind `after`. */
  list(
    userId: Id,
    slice: {
      readonly after: Pick<Draft, 'updatedAt' | 'conversationId'> | null;
      readonly limit: number;
    },
  ): Promise<readonly Draft[]>;
}

/** Writes drafts: one an account and conversation. */
export interface DraftWriter {
  put(draft: Draft): Promise<void>;
  /** @returns false when there was none */
  remove(userId: Id, conversationId: Id): Promise<boolean>;
}

/** Reads scheduled messages. */
export interface ScheduledReader {
  byId(id: Id): Promise<ScheduledMessage | null>;
  /** Next first. @param conversationId null for all */
  ofAuthor(authorId: Id, conversationId: Id | null): Promise<readonly ScheduledMessage[]>;
}

/** Writes scheduled messages. */
export interface ScheduledWriter {
  /** @returns false, with nothing written, when the author has `limit` of them already, also from transactions that commit meanwhile */
  insert(message: ScheduledMessage, limit: number): Promise<boolean>;
  /** @returns false when there is none */
  remove(id: Id): Promise<boolean>;
  /** Notes that it could not be sent. @param error the error's code */
  fail(id: Id, error: string): Promise<void>;
}

/** An event of a conversation as it is kept. */
export interface LoggedEvent {
  readonly offset: number;
  readonly type: string;
  /** Unix milliseconds. */
  readonly at: number;
  readonly by: Id | null;
  readonly only: readonly Id[] | null;
  /** The message it concerns. */
  readonly seq: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What an account may have of a conversation's stream. */
export interface MemberAccess {
  /** Events up to this offset came before it joined and are not for it. */
  readonly afterOffset: number;
  /** Neither are messages up to this one. */
  readonly afterSeq: number;
}

/** Reads the log of conversations. */
export interface ConversationLogReader {
  /**
   * What accounts may have of conversations right now, in order: active members, and who was written to and has not answered;
   * null for everybody else.
   */
  readable(
    asks: readonly { readonly userId: Id; readonly conversationId: Id }[],
  ): Promise<readonly (MemberAccess | null)[]>;
  /** The newest offset of each; conversations that do not exist are absent. */
  heads(conversationIds: readonly Id[]): Promise<ReadonlyMap<Id, number>>;
  /** Events behind `after`, ascending. */
  after(conversationId: Id, after: number, limit: number): Promise<readonly LoggedEvent[]>;
  /** Who is told of news in several conversations: active members, and who was written to and has not answered. */
  listeners(conversationIds: readonly Id[]): Promise<ReadonlyMap<Id, readonly Id[]>>;
}

/** The reading ports of this slice. */
export interface MessageReaders {
  readonly messages: MessageReader;
  readonly drafts: DraftReader;
  readonly scheduled: ScheduledReader;
  readonly conversationLog: ConversationLogReader;
}

/** Its ports inside a unit of work. */
export interface MessageStores {
  readonly messages: MessageReader & MessageWriter;
  readonly sends: MessageSender;
  readonly drafts: DraftReader & DraftWriter;
  readonly scheduled: ScheduledReader & ScheduledWriter;
  readonly conversationLog: ConversationLogReader;
}
