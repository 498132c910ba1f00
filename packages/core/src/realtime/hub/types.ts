import type { Actor } from '../../kernel/actor.js';
import type { SocialError } from '../../kernel/errors.js';
import type { Id } from '../../kernel/ids.js';
import type { EventEnvelope, Frame } from '../envelope.js';
import type { StreamKind, StreamName, StreamPublisher, StreamSource } from '../streams.js';
import type { FeedChanges } from './feed-topic.js';

/** Where a client stands in a stream after it asked to follow it. */
export interface StreamStanding {
  readonly s: StreamName;
  readonly epoch: string;
  readonly offset: number;
  readonly state: 'live' | 'resumed' | 'reset' | 'refused';
}

/** A stream a client asks to follow: from now, or from behind a position. */
export interface StreamRequest {
  readonly s: StreamName;
  readonly epoch?: string | undefined;
  readonly offset?: number | undefined;
}

/** The way out to one client: a socket, or a response that streams. Calls return at once. */
export interface ClientSink {
  /** A frame that must arrive, in order, or the connection ends. */
  event(frame: Frame): void;
  /** A frame that may be dropped; of two with one key the later is enough. */
  hint(frame: Frame, key: string | null): void;
  /** The account is no longer served here. The connection is to be ended. */
  ended(reason: SocialError): void;
  /** Replayed events that may be under way without having been acknowledged; Infinity for clients that never do. */
  readonly window: number;
}

/** One client of a node. */
export interface HubClient {
  readonly id: string;
  readonly accountId: Id;
  /** What the client calls itself, for example `mobile/2.1`; null when it does not say. */
  readonly device: string | null;
  /** Changes when the session is renewed. */
  actor: Actor;
  /** Streams it follows or is about to. */
  readonly followed: number;
  follows(stream: StreamName): boolean;
  /**
   * Follows streams. `answer` is called once, in the same turn in which they begin: everything behind the positions it is
   * told follows afterwards, and nothing came before.
   * @throws storage.* when what it may read cannot be asked: it follows none of them then
   */
  subscribe(
    requests: readonly StreamRequest[],
    answer: (standings: readonly StreamStanding[]) => void,
  ): Promise<void>;
  unsubscribe(streams: readonly StreamName[]): void;
  /** How far the client has handled a stream. */
  acknowledge(stream: StreamName, offset: number): void;
  /** Starts or stops to hear hints of the home feed. */
  followFeed(on: boolean): void;
  /** The posts it shows: replaces what it watched before. */
  watchPosts(ids: readonly Id[]): void;
  /** The accounts whose presence it shows: replaces what it watched before. */
  watchPresence(ids: readonly Id[]): Promise<void>;
  /** Somebody uses the client just now: it called something or looked at something. */
  active(): void;
  /** Hands the client a hint that is for it alone. */
  hint(topic: string, type: string, data: Readonly<Record<string, unknown>>, key?: string): void;
  close(): void;
}

/** Counts of one node since it started. */
export interface HubStats {
  readonly clients: number;
  /** Accounts with a client here. */
  readonly viewers: number;
  readonly streams: number;
  readonly subscriptions: number;
  /** Events handed to clients. */
  readonly delivered: number;
  /** Events that came again and were not delivered again. */
  readonly duplicates: number;
  /** Holes that were filled, and the events that filled them. */
  readonly repairs: { readonly count: number; readonly events: number };
  /** Events the position check found that no message had told. */
  readonly missed: number;
  /** Resumes by where the replay came from; `current` had nothing to replay. */
  readonly resumes: {
    readonly current: number;
    readonly tail: number;
    readonly source: number;
    readonly reset: number;
    readonly refused: number;
  };
  /** From publishing to receiving on this node, milliseconds of the machines' clocks. */
  readonly lag: { readonly count: number; readonly sumMs: number; readonly maxMs: number };
}

/** Which sessions a revocation ends. */
export type RevocationTarget = { readonly accountId: Id } | { readonly sessionId: string };

/** What sessions hear of on every node. */
export interface SessionListener {
  /** Sessions of an account, or one session, are over. */
  revoked(target: RevocationTarget): void;
  /** What an account may do has changed: its role, for example. */
  changed(accountIds: readonly Id[]): void;
}

/** A fact about posts that home feeds care for. */
export interface PostNews {
  /** Posts that were changed, deleted, or counted anew. */
  readonly changed: readonly Id[];
  /** Who published, and for whom. */
  readonly published: readonly { readonly authorId: Id; readonly audience: 'followers' | 'friends' }[];
}

/** What takes part in the life of clients: presence, for example. What it throws is logged and harms nobody. */
export interface HubExtension {
  /** A client came. */
  opened?(client: HubClient): void;
  /** A client went, whatever the reason; once for each that came. */
  closed?(client: HubClient): void;
  /** Somebody uses a client just now. */
  active?(client: HubClient): void;
  /** A client shows the presence of these accounts now, and of no others. */
  watchPresence?(client: HubClient, ids: readonly Id[]): Promise<void>;
}

/** The realtime node of a process. */
export interface RealtimeHub extends StreamPublisher {
  /** Adds where streams of a kind are kept; before any client asks for them. @throws TypeError when the kind has one */
  register(source: StreamSource): void;
  /** Gives home feeds their answer to "what became of these posts"; without it posts are not watched. */
  useFeed(changes: FeedChanges): void;
  /** @returns a function that removes the extension */
  extend(extension: HubExtension): () => void;
  /** Lets a client in. Nothing is asked of the database yet. @param device what the client calls itself */
  connect(actor: Actor, sink: ClientSink, device?: string): HubClient;
  /** Ends sessions on every node. */
  revoke(target: RevocationTarget): void;
  /** @returns a function that removes the listener */
  onSession(listener: SessionListener): () => void;
  /** Tells home feeds, on every node, what became of posts. Returns at once, never throws. */
  postNews(news: PostNews): void;
  /** Compares what this node knows with the database now, and repairs. */
  check(): Promise<void>;
  stats(): HubStats;
  close(): Promise<void>;
}

/** What a stream is to a node. */
export interface NodeStream {
  readonly name: StreamName;
  readonly kind: StreamKind;
  readonly id: Id;
  /** Offset of the next event to deliver; 0 until the head is known. */
  next: number;
  readonly all: Set<Subscription>;
  readonly live: Set<Subscription>;
  /** Events that came before their turn. */
  readonly held: Map<number, EventEnvelope>;
  opening: Promise<void> | null;
  repairing: Promise<void> | null;
  repairTimer: NodeJS.Timeout | null;
  /** Monotonic milliseconds since nobody follows it; null while somebody does. */
  idleSince: number | null;
  leave: (() => Promise<void>) | null;
}

/** One client's place in one stream. */
export interface Subscription {
  readonly stream: NodeStream;
  readonly client: NodeClient;
  /** Offset of the last event that was handed to the client. */
  cursor: number;
  acknowledged: number;
  /** Content up to this offset is withheld. */
  withheld: number;
  /** And so is content about items up to this one, whenever it comes. */
  withheldItem: number;
  state: 'checking' | 'catching' | 'live' | 'closed';
  /** Access changed while it was being asked for: ask again. */
  stale: boolean;
  /** Called when the client acknowledged or the subscription ended. */
  wake: (() => void) | null;
}

/** An account with clients on this node. */
export interface NodeViewer {
  readonly id: Id;
  blocked: ReadonlySet<Id>;
  /** Sessions of the account are served. */
  served: boolean;
  /** False until it was asked for, and again after a change. */
  known: boolean;
  /** Grows with every change of what the account may see. */
  version: number;
  /** Replaced with every change. */
  clients: readonly NodeClient[];
}

/** A client as the hub keeps it. */
export interface NodeClient {
  readonly id: string;
  actor: Actor;
  readonly viewer: NodeViewer;
  readonly sink: ClientSink;
  readonly subscriptions: Map<StreamName, Subscription>;
  closed: boolean;
}
