import type { ConversationView } from '@socialkit/chat';
import { backoffMs } from '../realtime/backoff.js';
import type { Hint, RealtimeClient } from '../realtime/realtime-client.js';
import type { Timers } from '../realtime/timers.js';
import type { ChatCall, ChatCalls } from './calls.js';
import type { OwnStream } from './own-stream.js';

/** Options of {@link ConversationList}. */
export interface ListOptions {
  /** @default 'inbox' */
  readonly box?: NonNullable<ChatCalls['conversations.list']['input']['box']>;
  /** Conversations kept, from the top of the list. @default 50 */
  readonly size?: number;
  readonly onChange?: () => void;
}

/**
 * The head of the account's conversations. The server writes nothing for members who are told of a message: a hint says that
 * there is news, and the head is read again, at most once in a while. After a reconnect it is read again in any case.
 */
export interface ConversationList {
  /** In the order of the server; empty until {@link ready}. */
  readonly items: readonly ConversationView[];
  ready(): Promise<void>;
  /** Reads the head now. */
  refresh(): Promise<void>;
  close(): void;
}

/** Hints that come within this time are answered by one read, in milliseconds. */
const QUIET_MS = 500;
const DEFAULT_SIZE = 50;

/** One list of a client at a time is enough; more cost a read each. */
export async function openConversationList(
  deps: {
    readonly client: Pick<RealtimeClient, 'ready' | 'onHint' | 'onConnect'>;
    readonly own: OwnStream;
    readonly call: ChatCall;
    readonly timers: Timers;
    readonly random: () => number;
    readonly error: (error: unknown) => void;
  },
  options: ListOptions = {},
): Promise<ConversationList> {
  const { client, call, timers } = deps;
  const { box = 'inbox', size = DEFAULT_SIZE, onChange = () => {} } = options;
  await client.ready();
  let items: readonly ConversationView[] = [];
  let loaded = false;
  let closed = false;
  let reading: Promise<void> | null = null;
  let again = false;
  let failures = 0;
  let cancel: (() => void) | null = null;

  const read = async () => {
    do {
      again = false;
      const page = await call('conversations.list', { box, limit: size }, { repeat: true });
      items = page.items;
      loaded = true;
      failures = 0;
      if (!closed) onChange();
    } while (again && !closed);
  };
  const refresh = (): Promise<void> => {
    again = true;
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  const soon = (ms: number = QUIET_MS) => {
    if (closed) return;
    cancel ??= timers.after(ms, () => {
      cancel = null;
      refresh().catch((error: unknown) => {
        deps.error(error);
        soon(QUIET_MS + backoffMs(failures++, deps.random()));
      });
    });
  };
  const ends = [
    deps.own.listen({
      reload: refresh,
      event: ({ type }) => {
        if (/^(conversation|member|receipt|badge|relation)\./.test(type)) soon();
      },
    }),
    client.onHint(({ type }: Hint) => {
      if (type === 'conversation.bumped') soon();
    }),
    // Hints that were lost meanwhile are not told again.
    client.onConnect(() => soon(0)),
  ];
  return {
    get items() {
      return items;
    },
    ready: () => (loaded ? Promise.resolve() : refresh()),
    refresh,
    close() {
      closed = true;
      cancel?.();
      for (const end of ends) end();
    },
  };
}
