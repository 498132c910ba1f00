import { type ServerFrame, SUBPROTOCOL } from '@socialkit/core';
import { WebSocket } from 'ws';
import type { StormAnswer, StormOrder } from './storm-orders.js';

interface Client {
  readonly token: string;
  readonly stream: string;
  readonly url: string;
  epoch: string;
  offset: number;
  socket: WebSocket | null;
  reached: () => void;
}

let clients: Client[] = [];
let resets = 0;
let wrong = 0;
let heads: Readonly<Record<string, number>> = {};

const look = (client: Client) => {
  if (client.offset >= (heads[client.stream] ?? 0)) client.reached();
};
const take = (client: Client, frame: ServerFrame) => {
  const standings = frame.t === 'welcome' || frame.t === 'ok' ? (frame.streams ?? []) : [];
  for (const { epoch, offset, state } of standings) {
    if (state === 'reset' || state === 'refused') resets++;
    if (state === 'live') Object.assign(client, { epoch, offset });
    look(client);
  }
  if (frame.t !== 'ev') return;
  if (frame.o !== client.offset + 1) wrong++;
  client.offset = frame.o;
  look(client);
};
const connect = (client: Client) =>
  new Promise<void>((resolve, reject) => {
    const socket = new WebSocket(client.url, [SUBPROTOCOL], { perMessageDeflate: false });
    client.socket = socket;
    client.reached = resolve;
    socket.on('error', reject);
    socket.on('open', () => {
      const { epoch, offset, token, stream: s } = client;
      const known = epoch !== '';
      socket.send(
        JSON.stringify({ t: 'hello', id: 1, token, ...(known ? { resume: [{ s, epoch, offset }] } : {}) }),
      );
      if (!known) socket.send(JSON.stringify({ t: 'sub', id: 2, streams: [{ s }] }));
    });
    socket.on('message', (text) => {
      for (const frame of [JSON.parse(String(text))].flat()) {
        if (frame.t === 'err') reject(new Error(String(text)));
        // The first welcome follows nothing yet.
        else if (frame.t !== 'welcome' || client.epoch !== '') take(client, frame);
      }
    });
  });

const carryOut = async (order: StormOrder): Promise<StormAnswer> => {
  if (order.do === 'enter') {
    clients = order.clients.map((client, n) => ({
      ...client,
      url: order.urls[n % order.urls.length]!,
      epoch: '',
      offset: 0,
      socket: null,
      reached: () => {},
    }));
    for (let at = 0; at < clients.length; at += 50)
      await Promise.all(clients.slice(at, at + 50).map(connect));
  } else if (order.do === 'drop') {
    for (const { socket } of clients) socket?.terminate();
  } else {
    ({ heads } = order);
    await Promise.all(clients.map(connect));
  }
  return { done: clients.length, resets, wrong };
};
process.on('message', (order: StormOrder) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
