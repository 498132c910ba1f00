import type { Actor } from '../../kernel/actor.js';
import type { Id } from '../../kernel/ids.js';
import { hintFrame } from '../envelope.js';
import type { StreamName } from '../streams.js';
import type { FeedTopic } from './feed-topic.js';
import type { Subscriptions } from './subscriptions.js';
import type {
  ClientSink,
  HubClient,
  HubExtension,
  NodeClient,
  NodeViewer,
  StreamRequest,
  StreamStanding,
  Subscription,
} from './types.js';

/** What all clients of a hub share. */
export interface ClientParts {
  readonly subscriptions: Subscriptions;
  readonly feed: FeedTopic;
  readonly extensions: ReadonlySet<HubExtension>;
  readonly guarded: (call: () => void) => void;
  readonly leave: (client: Client) => void;
}

/**
 * A client of a node: as the hub keeps it and as its connection sees it. A class, as there may be tens of thousands of them:
 * what it can do is held once for all.
 *
 * @internal
 */
export class Client implements NodeClient, HubClient {
  readonly subscriptions = new Map<StreamName, Subscription>();
  closed = false;
  constructor(
    private readonly parts: ClientParts,
    readonly id: string,
    public actor: Actor,
    readonly viewer: NodeViewer,
    readonly sink: ClientSink,
    readonly device: string | null,
  ) {}

  get accountId(): Id {
    return this.viewer.id;
  }
  get followed(): number {
    return this.subscriptions.size;
  }
  follows(name: StreamName): boolean {
    return this.subscriptions.has(name);
  }
  subscribe(
    requests: readonly StreamRequest[],
    answer: (standings: readonly StreamStanding[]) => void,
  ): Promise<void> {
    return this.parts.subscriptions.subscribe(this, requests, answer);
  }
  unsubscribe(names: readonly StreamName[]): void {
    for (const name of names) {
      const subscription = this.subscriptions.get(name);
      if (subscription) this.parts.subscriptions.end(subscription);
    }
  }
  acknowledge(name: StreamName, offset: number): void {
    const subscription = this.subscriptions.get(name);
    if (subscription) this.parts.subscriptions.acknowledge(subscription, offset);
  }
  followFeed(on: boolean): void {
    this.parts.feed.follow(this, on);
  }
  watchPosts(ids: readonly Id[]): void {
    this.parts.feed.watch(this, ids);
  }
  async watchPresence(ids: readonly Id[]): Promise<void> {
    if (this.closed) return;
    for (const extension of this.parts.extensions) await extension.watchPresence?.(this, ids);
  }
  active(): void {
    if (this.closed) return;
    for (const extension of this.parts.extensions) this.parts.guarded(() => extension.active?.(this));
  }
  hint(topic: string, type: string, data: Readonly<Record<string, unknown>>, key?: string): void {
    if (!this.closed)
      this.sink.hint(hintFrame(topic, type, data), key === undefined ? null : `${topic} ${key}`);
  }
  close(): void {
    this.parts.leave(this);
  }
}
