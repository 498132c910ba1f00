import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service was asked. */
export interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
  readonly body: string;
}

/** A moderation service on this machine whose behaviour a test sets. */
export interface SampleService {
  readonly url: string;
  readonly asked: Asked[];
  /** Requests that are on the way now, and the most there were at once. */
  readonly busy: { now: number; most: number };
  behave(answer: (response: ServerResponse, asked: Asked) => void): void;
  close(): Promise<void>;
}

/** A good answer of the OpenAI kind. */
export const scored = (scores: Readonly<Record<string, number>>): string =>
  JSON.stringify({
    id: 'm',
    model: 'omni-1',
    results: [{ flagged: false, categories: {}, category_scores: scores }],
  });

export async function openService(): Promise<SampleService> {
  let behaviour: (response: ServerResponse, asked: Asked) => void = (response) =>
    response.end(scored({ hate: 0.1 }));
  const asked: Asked[] = [];
  const busy = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    busy.now += 1;
    busy.most = Math.max(busy.most, busy.now);
    response.on('close', () => {
      busy.now -= 1;
    });
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => {
      const one = {
        headers: request.headers,
        path: request.url ?? '',
        body: Buffer.concat(parts).toString(),
      };
      asked.push(one);
      behaviour(response, one);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    busy,
    behave(answer) {
      behaviour = answer;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
