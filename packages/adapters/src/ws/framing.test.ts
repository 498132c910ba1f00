import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { frameOf } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as library from 'ws';
import { WebSocket, WebSocketServer } from 'ws';
import { encodeTextFrame, rawSocketOf, sendFrame } from './framing.js';

// Exported, but not declared.
const { Sender } = library as unknown as {
  readonly Sender: { frame(data: Buffer, options: object): Buffer[] };
};

const SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 200_000];

/** The contract of the installed `ws` on which prepared frames rest. */
describe('prepared frames', () => {
  let server: WebSocketServer;
  let client: WebSocket;
  let socket: WebSocket;
  const http = () => createServer();
  let target: ReturnType<typeof http>;

  const connect = async (options: { readonly deflate: boolean }) => {
    target = http();
    server = new WebSocketServer({
      server: target,
      perMessageDeflate: options.deflate ? { threshold: 0 } : false,
    });
    target.listen(0, '127.0.0.1');
    await once(target, 'listening');
    const accepted = once(server, 'connection');
    client = new WebSocket(`ws://127.0.0.1:${(target.address() as AddressInfo).port}`, {
      perMessageDeflate: options.deflate,
    });
    await once(client, 'open');
    [socket] = (await accepted) as [WebSocket];
  };
  beforeEach(() => connect({ deflate: false }));
  afterEach(() => {
    client.terminate();
    server.close();
    target.close();
  });
  const heard = (count: number) =>
    new Promise<string[]>((resolve) => {
      const texts: string[] = [];
      client.on('message', (data, isBinary) => {
        expect(isBinary).toBe(false);
        if (texts.push(data.toString()) === count) resolve(texts);
      });
    });

  it('are the bytes that ws itself would send', () => {
    for (const size of SIZES) {
      const text = 'é'.repeat(Math.floor(size / 2)) + 'x'.repeat(size % 2);
      const own = Sender.frame(Buffer.from(text), {
        fin: true,
        opcode: 1,
        mask: false,
        readOnly: true,
        rsv1: false,
      });
      expect(encodeTextFrame(text).equals(Buffer.concat(own))).toBe(true);
    }
  });

  it('go out as prepared bytes on an open socket, encoded once for all', async () => {
    const frame = frameOf('{"t":"pong"}');
    const texts = heard(2);
    expect(rawSocketOf(socket)).not.toBeNull();
    expect(sendFrame(socket, frame)).toBe(true);
    const { wire } = frame;
    expect(sendFrame(socket, frame)).toBe(true);
    expect(frame.wire).toBe(wire);
    expect(await texts).toEqual([frame.text, frame.text]);
  });

  it('keep their order among frames, pings and texts that ws sends itself', async () => {
    const texts = heard(4);
    sendFrame(socket, frameOf('1'));
    socket.send('2');
    socket.ping();
    sendFrame(socket, frameOf('3'));
    socket.send('4');
    expect(await texts).toEqual(['1', '2', '3', '4']);
  });

  it('are left to ws while a message is sent in fragments', async () => {
    const texts = heard(2);
    socket.send('a', { fin: false });
    expect(rawSocketOf(socket)).toBeNull();
    socket.send('b', { fin: true });
    expect(sendFrame(socket, frameOf('c'))).toBe(true);
    expect(await texts).toEqual(['ab', 'c']);
  });

  it('are left to ws on a connection that compresses, and arrive', async () => {
    client.terminate();
    server.close();
    target.close();
    await connect({ deflate: true });
    const texts = heard(1);
    expect(rawSocketOf(socket)).toBeNull();
    expect(sendFrame(socket, frameOf('{"compressed":true}'))).toBe(false);
    expect(await texts).toEqual(['{"compressed":true}']);
  });

  it('go nowhere, and break nothing, once the socket is closing', async () => {
    socket.close();
    expect(rawSocketOf(socket)).toBeNull();
    expect(sendFrame(socket, frameOf('late'))).toBe(false);
    await once(client, 'close');
    expect(sendFrame(socket, frameOf('later'))).toBe(false);
  });
});
