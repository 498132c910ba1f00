import { z } from 'zod';
import type { Actor } from '../kernel/actor.js';
import { type Id, idSchema } from '../kernel/ids.js';

/** The kinds of durable stream: what concerns one account, and what happens in one conversation. */
export const STREAM_KINDS = ['user', 'conversation'] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

/** A stream by name: its kind, a colon, and the id of the account or conversation. */
export type StreamName = `${StreamKind}:${Id}`;

/** Parses a stream's name. */
export const streamNameSchema = z
  .string()
  .max(40)
  .refine(
    (text): text is StreamName => parseStreamName(text) !== null,
    'must be user:<id> or conversation:<id>',
  );

/** @returns null for anything that is no stream's name */
export function parseStreamName(text: string): { readonly kind: StreamKind; readonly id: Id } | null {
  const [kind, id, more] = text.split(':');
  if (more !== undefined || !STREAM_KINDS.includes(kind as StreamKind)) return null;
  const parsed = idSchema.safeParse(id);
  return parsed.success ? { kind: kind as StreamKind, id: parsed.data } : null;
}

/** The name of a stream. */
export const streamName = (kind: StreamKind, id: Id): StreamName => `${kind}:${id}`;

/**
 * A place in a stream: everything up to and including `offset` is known. Offsets are dense, from 1; 0 is before the first
 * event. `epoch` names the history the offset belongs to: it changes when the database was restored or the log was cut, and a
 * place of another epoch means nothing.
 */
export interface StreamPosition {
  readonly epoch: string;
  readonly offset: number;
}

/** One event of a stream, as it is stored now: what was edited or deleted since appears as it is today. */
export interface StreamEvent {
  readonly stream: StreamName;
  /** Dense within the stream, from 1. */
  readonly offset: number;
  /** `noun.past_tense`, for example `message.sent`. */
  readonly type: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Whose content the data shows; viewers who may not see this account's content get the event without its data. */
  readonly by: Id | null;
  /** When present, the only accounts that get the data; others get the offset alone. */
  readonly only?: readonly Id[];
  /** Accounts that may perhaps not read past this event, for example a removed member: asked again right behind it, in order. */
  readonly ends?: readonly Id[];
  /**
   * True when it changes what events before it show (edited, deleted, taken down): what is kept ready for replays is
   * thrown away, so that nothing old is repeated.
   */
  readonly rewrites?: boolean;
  /**
   * What of the stream it is about, for example the number of a message that was edited: a reader whose
   * {@link StreamAccess.afterItem} is not below it gets the event without its data.
   */
  readonly item?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a reader may have of a stream. */
export interface StreamAccess {
  /** Events up to and including this offset are withheld, for example those before a member joined. 0 withholds none. */
  readonly after: number;
  /**
   * Data about items up to this one is withheld, whenever the event happens: a member who joined later must not learn the
   * text of an older message because somebody edits it. @default 0, withholds none
   */
  readonly afterItem?: number;
}

/**
 * Where the streams of one kind are kept. PostgreSQL is the truth: everything that travels between processes is a hint to look
 * here.
 */
export interface StreamSource {
  readonly kind: StreamKind;
  /** Of the streams asked for, those the actor may read right now. One statement. */
  readable(actor: Actor, ids: readonly Id[]): Promise<ReadonlyMap<Id, StreamAccess>>;
  /**
   * The same for many actors at once, the answers in the order of the questions. One statement: a thousand clients that
   * come back together must not be a thousand queries. Without it {@link readable} is asked once an actor.
   */
  readableMany?(
    asks: readonly { readonly actor: Actor; readonly ids: readonly Id[] }[],
  ): Promise<readonly ReadonlyMap<Id, StreamAccess>[]>;
  /** The offset of the newest event of each stream; 0 for one without events. Streams that do not exist are absent. One statement. */
  heads(ids: readonly Id[]): Promise<ReadonlyMap<Id, number>>;
  /**
   * Events behind `after`, in order and without a hole, at most `limit`.
   * @returns null when the log no longer reaches back to `after`
   */
  after(id: Id, after: number, limit: number): Promise<readonly StreamEvent[] | null>;
}

/**
 * Tells connected clients, on every node, what was committed. Called after the commit and never inside of a transaction; both
 * calls return at once and never throw: what is lost is found by the position check of each node.
 */
export interface StreamPublisher {
  /** Events of one stream that were just committed, in order. */
  publish(events: readonly StreamEvent[]): void;
  /**
   * Something that may be dropped, for whoever follows the stream now: typing, presence, counters, "there is news".
   * @param key hints of the same stream and key replace each other while they wait for a slow client
   */
  hint(
    streams: readonly StreamName[],
    type: string,
    data: Readonly<Record<string, unknown>>,
    options?: { readonly key?: string; readonly by?: Id },
  ): void;
  /**
   * What these accounts may read has changed (block, removal, revocation, suspension): every node asks the sources again
   * for their open subscriptions, and closes what is no longer theirs.
   */
  accessChanged(accountIds: readonly Id[]): void;
}

/** Writes user streams; handed out by a unit of work, like every store. */
export interface UserStreamWriter {
  /**
   * Appends to the streams of accounts, in their transaction. The rows written are one for each account: for facts that
   * concern few. Streams are locked in id order.
   * @returns the events with their offsets, for {@link StreamPublisher.publish} after the commit
   */
  append(
    events: readonly {
      readonly userId: Id;
      readonly type: string;
      readonly by?: Id;
      readonly data: Readonly<Record<string, unknown>>;
    }[],
  ): Promise<readonly StreamEvent[]>;
}

/** The epoch all streams of a database share. */
export interface StreamEpochs {
  current(): Promise<string>;
  /** Starts a new history, after a restore from a backup: every client reloads. @returns the new epoch */
  renew(): Promise<string>;
}
