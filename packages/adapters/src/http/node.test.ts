import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createHandler, type Handler } from './handler.js';
import { serve } from './node.js';
import { bearer, createTestKit } from './test-kit.js';

const open = async (handler?: Handler) => {
  const test = createTestKit();
  const server = await serve(handler ?? createHandler(test.kit, { authenticate: bearer }), {
    port: 0,
    hostname: '127.0.0.1',
  });
  return { ...test, server, url: `http://127.0.0.1:${server.port}` };
};

/** Sends bytes as they are and gives back what came. */
const raw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

describe('serve', () => {
  it('serves the handler and passes the address of the connection', async () => {
    const { server, url } = await open();
    const response = await fetch(`${url}/v1/notes/17`);
    expect(await response.json()).toMatchObject({ id: '17' });
    const posted = await fetch(`${url}/v1/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer 17' },
      body: JSON.stringify({ text: 'over the wire' }),
    });
    expect(await posted.json()).toMatchObject({ text: 'over the wire' });
    await server.close();
    const seen: unknown[] = [];
    const other = await open(async (_, client) => {
      seen.push(client?.address);
      return new Response();
    });
    await fetch(other.url);
    expect(seen).toEqual(['127.0.0.1']);
    await other.server.close();
  });

  it('refuses a port that is taken', async () => {
    const { server } = await open();
    await expect(
      serve(async () => new Response(), { port: server.port, hostname: '127.0.0.1' }),
    ).rejects.toThrow(/EADDRINUSE/);
    await server.close();
  });

  it('answers junk with an error of the client and goes on', async () => {
    const { server, url } = await open();
    const junk = [
      'GET /v1/notes/17 HTTP/1.1\r\nHost: bad host\r\nConnection: close\r\n\r\n',
      'GET /v1/notes/17 HTTP/1.1\r\nHost: \u00ff\u0001\r\nConnection: close\r\n\r\n',
      'GET http://other/v1/notes/17 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'GET /../../v1/%2e%2e/notes/17 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'TRACE /v1/notes/17 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n',
      'POST /v1/notes HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\nConnection: close\r\n\r\n{"text":',
      'nonsense\r\n\r\n',
      `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    ];
    for (const bytes of junk) {
      const answer = await raw(server.port, bytes);
      expect(answer, JSON.stringify(bytes.slice(0, 80))).not.toMatch(/^HTTP\/1\.1 5/);
    }
    expect((await fetch(`${url}/v1/notes/17`)).status).toBe(200);
    await server.close();
  });

  it('lets requests under way end when it closes, and takes no new ones', async () => {
    let answer!: (response: Response) => void;
    let asked = false;
    const { server, url } = await open(() => {
      asked = true;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const underway = fetch(url);
    while (!asked) await turn();
    const closed = server.close();
    await expect(fetch(url)).rejects.toThrow();
    answer(new Response('done'));
    expect(await (await underway).text()).toBe('done');
    await closed;
    await server.close();
  });

  it('cuts what does not end within the grace', async () => {
    let asked = false;
    const { server, url } = await open(() => {
      asked = true;
      return new Promise(() => {});
    });
    const underway = fetch(url).catch((error: Error) => error.message);
    while (!asked) await turn();
    await server.close(50);
    expect(await underway).toMatch(/fetch failed/);
  });
});
