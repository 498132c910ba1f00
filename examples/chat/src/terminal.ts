import { createChatClient, createRealtimeClient, type OpenConversation } from '@socialkit/client';
import { WebSocket } from 'ws';
import type { ServerReady } from './server.js';

/** One person at a terminal: prints what the conversation shows, and says when the connection comes and goes. */
export interface Terminal {
  readonly name: string;
  readonly conversation: OpenConversation;
  say(text: string): Promise<unknown>;
  /** Drops the connection as a tunnel does. */
  cut(): void;
  close(): void;
}

export function openTerminal(name: string, server: ServerReady, print: (line: string) => void): Terminal {
  const names = new Map(Object.entries(server.accounts).map(([who, id]) => [id, who]));
  // Attempts that fail are not worth a line each: one loss, one line.
  let was = '';
  const client = createRealtimeClient({
    url: `ws://127.0.0.1:${server.port}/v1/realtime`,
    token: server.accounts[name]!,
    WebSocket,
    maxMs: 2000,
    client: 'example-chat',
    onState: (state) => {
      if (state === 'open') print(`${name} | - connected`);
      if (state === 'waiting' && was === 'open') print(`${name} | - connection lost, trying again`);
      was = state;
    },
  });
  let shown = 0;
  const conversation: OpenConversation = createChatClient(client).open(server.conversationId, {
    onChange() {
      for (const { seq, authorId, text } of conversation.messages()) {
        if (seq <= shown) continue;
        shown = seq;
        print(`${name} | #${seq} ${names.get(authorId ?? '') ?? '?'}: ${text}`);
      }
    },
  });
  return {
    name,
    conversation,
    say: (text) => conversation.send({ text }),
    cut: () => client.reconnect(),
    close: () => client.close(),
  };
}
