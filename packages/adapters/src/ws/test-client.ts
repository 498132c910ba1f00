import { once } from 'node:events';
import { type ServerFrame, SUBPROTOCOL, serverFrameSchema } from '@socialkit/core';
import { WebSocket } from 'ws';

type Of<T extends ServerFrame['t']> = Extract<ServerFrame, { t: T }>;

/** A client for tests that says exactly what it is told to, and checks every frame it gets against its schema. */
export interface TestClient {
  readonly ws: WebSocket;
  /** Everything that came, in order. */
  readonly frames: readonly ServerFrame[];
  /** Events that came, in order. */
  events(): Of<'ev'>[];
  /** Resolves with the first frame, also an earlier one, for which `test` holds; rejects when the socket closes without. */
  until<F extends ServerFrame = ServerFrame>(test: (frame: ServerFrame) => boolean): Promise<F>;
  send(...frames: readonly object[]): void;
  /** Sends a frame under a new id and resolves with its answer. */
  ask(frame: object): Promise<Of<'ok'> | Of<'err'> | Of<'welcome'>>;
  hello(token: string, resume?: readonly object[]): Promise<Of<'welcome'>>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  close(): void;
}

/** Connects; the handshake is over when it resolves. Rejects with the HTTP status of a refusal. */
export async function openTestClient(
  url: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly origin?: string;
    readonly protocol?: string | null;
  } = {},
): Promise<TestClient> {
  const { protocol = SUBPROTOCOL, ...rest } = options;
  const ws = new WebSocket(url, protocol === null ? [] : [protocol], { perMessageDeflate: false, ...rest });
  const frames: ServerFrame[] = [];
  let listeners: (() => void)[] = [];
  let isClosed = false;
  let asked = 0;
  const wake = () => {
    for (const listener of listeners) listener();
  };
  ws.on('message', (data) => {
    frames.push(serverFrameSchema.parse(JSON.parse(data.toString())));
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    ws.on('close', (code) => {
      isClosed = true;
      resolve(code);
      wake();
    });
  });
  const refused = new Promise<never>((_, reject) => {
    ws.on('unexpected-response', (_request, response) => {
      response.resume();
      reject(new Error(`refused with ${response.statusCode}`));
    });
    ws.on('error', reject);
  });
  refused.catch(() => {});
  await Promise.race([once(ws, 'open'), refused]);

  const client: TestClient = {
    ws,
    frames,
    closed,
    events: () => frames.filter((frame): frame is Of<'ev'> => frame.t === 'ev'),
    until: <F extends ServerFrame>(test: (frame: ServerFrame) => boolean) =>
      new Promise<F>((resolve, reject) => {
        let looked = 0;
        const look = () => {
          for (; looked < frames.length; looked++) {
            const frame = frames[looked] as ServerFrame;
            if (!test(frame)) continue;
            listeners = listeners.filter((listener) => listener !== look);
            resolve(frame as F);
            return;
          }
          if (isClosed) reject(new Error('the socket closed before'));
        };
        listeners.push(look);
        look();
      }),
    send(...all) {
      for (const frame of all) ws.send(JSON.stringify(frame));
    },
    ask(frame) {
      const id = ++asked;
      ws.send(JSON.stringify({ ...frame, id }));
      return client.until(
        (came) => (came.t === 'ok' || came.t === 'err' || came.t === 'welcome') && came.id === id,
      );
    },
    async hello(token, resume) {
      const answer = await client.ask({ t: 'hello', token, ...(resume ? { resume } : {}) });
      if (answer.t !== 'welcome') throw new Error(`no welcome: ${JSON.stringify(answer)}`);
      return answer;
    },
    close: () => ws.close(),
  };
  return client;
}
