import type { Id, StreamEvent } from '@socialkit/core';
import type { Conversation, JoinLink, Member, MemberRole, MemberState } from './types.js';

/** Reads conversations as they are stored. Whoever reads for an account asks `knownTo`. Deleted groups are absent. */
export interface ConversationReader {
  byIds(ids: readonly Id[]): Promise<ReadonlyMap<Id, Conversation>>;
  /** Of the conversations, those that an account takes part in, is invited to or was written to in; the others are absent. */
  knownTo(userId: Id, ids: readonly Id[]): Promise<ReadonlyMap<Id, Conversation>>;
  /** The direct conversation of two accounts. */
  ofPair(a: Id, b: Id): Promise<Conversation | null>;
  /** When an account created conversations since an instant, newest first, at most `limit`. Unix milliseconds. */
  createdSince(userId: Id, since: number, limit: number): Promise<readonly number[]>;
}

/** What a change of a conversation replaces; what is absent stays. */
export type ConversationChanges = Partial<
  Pick<Conversation, 'title' | 'description' | 'avatar' | 'label' | 'settings' | 'ownerId'>
>;

/** An event to be appended to a conversation's log. */
export interface NewConversationEvent {
  /** `noun.past_tense`. */
  readonly type: string;
  /** Whose content the data shows; null for nobody's. */
  readonly by: Id | null;
  /** The only accounts that get the data. @default every member */
  readonly only?: readonly Id[];
  /** The message it concerns: its `seq`, or `next` for the one that this very call numbers. @default none */
  readonly seq?: number | 'next';
  /** Ids and small public facts; never text. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What {@link ConversationWriter.advance} did. */
export interface Advance {
  /** The conversation's newest message now: the new one's number if there was one. */
  readonly seq: number;
  /** The conversation's newest event now. */
  readonly offset: number;
  /** The appended events with their offsets, in order: for `StreamPublisher.publish` after the commit. */
  readonly events: readonly StreamEvent[];
}

/** Writes conversations. */
export interface ConversationWriter {
  /** @returns false, with nothing written, when the pair of a direct conversation has one already, also from a transaction that commits meanwhile */
  insert(conversation: Conversation): Promise<boolean>;
  /**
   * Locks the conversation until the transaction ends and reads it as it then is; null when there is none or it is deleted.
   * Every change of a conversation, its members or its messages takes this lock, here or by `advance`, after the locks of
   * pairs and accounts.
   */
  lock(id: Id): Promise<Conversation | null>;
  /**
   * Takes the next numbers and appends events, in one statement: the row lock it takes is the order of the conversation.
   * With `messages: 1` a message is numbered: `lastSeq` grows by one and `lastMessageAt` becomes `at`. `lastOffset` grows by
   * the number of events.
   *
   * @param step.at Unix milliseconds, the time of the events
   * @returns null, with nothing written, when there is no such conversation or it is deleted
   */
  advance(
    id: Id,
    step: { readonly messages: 0 | 1; readonly at: number; readonly events: readonly NewConversationEvent[] },
  ): Promise<Advance | null>;
  /** @returns the new revision, null when there is no such conversation */
  change(id: Id, changes: ConversationChanges): Promise<number | null>;
  /** Deletes a group for everybody; its rows stay for whoever erases them. @param at Unix ms @returns false when it is gone already */
  remove(id: Id, at: number): Promise<boolean>;
}

/** A place in a members list: highest role first, then in order of ids. */
export interface MemberPosition {
  readonly role: MemberRole;
  readonly userId: Id;
}

/** What of a conversation list to read. */
export interface ConversationListQuery {
  /** `inbox`: active and not archived. `requests`: strangers and invitations that wait for an answer. */
  readonly box: 'inbox' | 'archived' | 'requests';
  readonly unread?: boolean;
  readonly muted?: boolean;
  /** Unix milliseconds: decides which mutes have ended. */
  readonly now: number;
  readonly after: ConversationPosition | null;
  readonly limit: number;
}

/** A place in a conversation list: pinned first, then the newest message first. */
export interface ConversationPosition {
  readonly pinned: boolean;
  /** Unix milliseconds of the newest message, of the creation where there is none. */
  readonly at: number;
  readonly conversationId: Id;
}

/** Reads memberships as they are stored. */
export interface MemberReader {
  /** Memberships of several accounts in one conversation; who never had one is absent. */
  of(conversationId: Id, userIds: readonly Id[]): Promise<ReadonlyMap<Id, Member>>;
  /** Memberships at several places, in no order; where there never was one is absent. */
  at(places: readonly { readonly conversationId: Id; readonly userId: Id }[]): Promise<readonly Member[]>;
  /** Members in these states, highest role first, then by id, strictly behind `after`. */
  list(
    conversationId: Id,
    query: {
      readonly states: readonly MemberState[];
      readonly after: MemberPosition | null;
      readonly limit: number;
    },
  ): Promise<readonly Member[]>;
  /**
   * The places of an account's conversations, pinned first, then newest message first, strictly behind `after`. A direct
   * conversation without messages is listed for who opened it.
   */
  conversations(userId: Id, query: ConversationListQuery): Promise<readonly ConversationPosition[]>;
  /** Conversations in which both take part, newest id first, strictly older than `before`. */
  shared(a: Id, b: Id, slice: { readonly before: Id | null; readonly limit: number }): Promise<readonly Id[]>;
  /** How many conversations an account has pinned. */
  countPinned(userId: Id): Promise<number>;
  /** How many accounts are in this state. */
  count(conversationId: Id, state: MemberState): Promise<number>;
  /** Active members below the owner: highest role first, who joined first first. For who comes after an owner. */
  seniors(conversationId: Id, limit: number): Promise<readonly Id[]>;
}

/** A move of an account into a conversation's state. */
export interface MemberMove {
  readonly userId: Id;
  readonly state: MemberState;
  /** @default member */
  readonly role?: MemberRole;
  /** @default stays what it was */
  readonly invitedBy?: Id | null;
  /** For `active`: messages up to `joinedSeq` and events up to `joinedOffset` came before; they also count as read. */
  readonly joined?: { readonly seq: number; readonly offset: number };
}

/** Columns a member sets for itself. Setting `clearedSeq` also reads everything up to it and forgets mentions and "unread". */
export type MemberPreferences = Partial<
  Pick<Member, 'notify' | 'mutedUntil' | 'archivedAt' | 'pinnedAt' | 'clearedSeq'>
>;

/** Writes memberships. The caller holds the conversation's lock, so nobody moves the same members meanwhile. */
export interface MemberWriter {
  /**
   * Inserts or moves memberships and keeps the conversation's `memberCount` equal to its active members. Read marks and
   * preferences of who comes back stay, but read marks never fall behind `joined.seq`; what they jump over mentions nobody.
   * @param at Unix milliseconds
   */
  move(conversationId: Id, moves: readonly MemberMove[], at: number): Promise<void>;
  /** @returns false when there is no such membership */
  setRole(conversationId: Id, userId: Id, role: MemberRole): Promise<boolean>;
  /** Needs no lock: only the account itself does it. @returns false when there is no such membership */
  prefer(conversationId: Id, userId: Id, preferences: MemberPreferences): Promise<boolean>;
}

/** Reads join links. */
export interface LinkReader {
  /** Whatever became of it. @param hash SHA-256 of the token, hex */
  byHash(hash: string): Promise<JoinLink | null>;
  /** A conversation's links that are not revoked, newest first, strictly older than `before`. */
  of(
    conversationId: Id,
    slice: { readonly before: Id | null; readonly limit: number },
  ): Promise<readonly JoinLink[]>;
}

/** Writes join links. */
export interface LinkWriter {
  insert(link: JoinLink, hash: string): Promise<void>;
  /**
   * Takes one use, in one conditional update: of any number of callers at the same time no more succeed than there are uses.
   * @param now Unix ms @returns false when the link is used up, expired, revoked or does not exist
   */
  use(id: Id, now: number): Promise<boolean>;
  /** @param at Unix ms @returns false when it is revoked already or not one of this conversation */
  revoke(conversationId: Id, id: Id, at: number): Promise<boolean>;
}

/** The reading ports of this slice. */
export interface ConversationReaders {
  readonly conversations: ConversationReader;
  readonly members: MemberReader;
  readonly links: LinkReader;
}

/** Its ports inside a unit of work. */
export interface ConversationStores {
  readonly conversations: ConversationReader & ConversationWriter;
  readonly members: MemberReader & MemberWriter;
  readonly links: LinkReader & LinkWriter;
}
