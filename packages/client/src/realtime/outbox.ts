import { isSocialError } from '@socialkit/core/protocol';
import type { CallOptions } from './calls.js';
import { clientClosed } from './errors.js';

/** A place for what must outlive the page or the process: `localStorage`, a file, a table. */
export interface ClientStorage {
  /** @returns null when there is nothing under the key */
  get(key: string): string | null | Promise<string | null>;
  set(key: string, value: string): void | Promise<void>;
}

/** A write that is kept until the server has answered it. */
export interface OutboxItem {
  readonly op: string;
  /** Items of one lane are sent one after another, in order. */
  readonly lane: string;
  /** Holds a `clientId` or an `idempotencyKey`, so that sending it twice does it once. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Sends what was written, in order for each lane, however often the connection or the program ends in between. */
export interface Outbox {
  /**
   * @returns the server's answer
   * @throws the server's error when it is final; the item is dropped then. `client.closed` leaves it to the next start
   */
  send(item: OutboxItem): Promise<unknown>;
  /** What has no answer yet, oldest first. */
  waiting(): readonly OutboxItem[];
  /** Sends what the storage holds of an earlier run. */
  restore(): Promise<void>;
  close(): void;
}

/** Items kept at most; more are refused, so that a client that is offline for weeks does not grow without end. */
const MAX_ITEMS = 1000;
/** A call of the outbox has no deadline of its own: it waits for days. The largest a timer takes. */
const FOREVER_MS = 2_147_483_647;

interface Entry {
  readonly item: OutboxItem;
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export function createOutbox(deps: {
  readonly call: (op: string, input: OutboxItem['input'], options: CallOptions) => Promise<unknown>;
  readonly storage: ClientStorage | undefined;
  readonly key: string;
  readonly error: (error: unknown) => void;
  /** An item that nobody waits for, because it is of an earlier run, was answered or refused. */
  readonly settled: (item: OutboxItem, error: unknown) => void;
}): Outbox {
  const entries: Entry[] = [];
  const running = new Set<string>();
  let closed = false;
  let saving = Promise.resolve();

  const save = () => {
    const { storage } = deps;
    if (storage === undefined) return;
    saving = saving
      .then(() => storage.set(deps.key, JSON.stringify(entries.map(({ item }) => item))))
      .catch(deps.error);
  };
  const run = async (lane: string) => {
    if (running.has(lane)) return;
    running.add(lane);
    for (;;) {
      const entry = entries.find(({ item }) => item.lane === lane);
      if (entry === undefined || closed) break;
      let outcome: () => void;
      try {
        const data = await deps.call(entry.item.op, entry.item.input, {
          repeat: true,
          deadlineMs: FOREVER_MS,
        });
        outcome = () => entry.resolve(data);
      } catch (error) {
        // Not an answer: the item stays, for the next start.
        if (isSocialError(error) && error.code === 'client.closed') break;
        outcome = () => entry.reject(error);
      }
      entries.splice(entries.indexOf(entry), 1);
      save();
      outcome();
    }
    running.delete(lane);
  };
  const add = (entry: Entry) => {
    entries.push(entry);
    void run(entry.item.lane);
  };

  return {
    send(item) {
      if (closed) return Promise.reject(clientClosed('the client is closed'));
      if (entries.length >= MAX_ITEMS)
        return Promise.reject(clientClosed(`more than ${MAX_ITEMS} writes wait for a connection`));
      return new Promise((resolve, reject) => {
        add({ item, resolve, reject });
        save();
      });
    },
    waiting: () => entries.map(({ item }) => item),
    async restore() {
      const text = await deps.storage?.get(deps.key);
      if (typeof text !== 'string') return;
      for (const item of JSON.parse(text) as OutboxItem[])
        add({
          item,
          resolve: () => deps.settled(item, null),
          reject: (error) => deps.settled(item, error),
        });
    },
    close() {
      closed = true;
      for (const { reject } of entries) reject(clientClosed('the client is closed'));
    },
  };
}
