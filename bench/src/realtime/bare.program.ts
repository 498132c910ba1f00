import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { WebSocket, WebSocketServer } from 'ws';
import { argumentsOf, serve } from './program.js';
import { eventText, ROOM } from './wire.js';

/** The ceiling: a loop that sends a ready string to every socket, and Redis pub/sub between nodes. */
const { redis: url, prefix } = argumentsOf();
const channel = `${prefix}${ROOM}`;
const wss = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
await new Promise<void>((resolve) => wss.once('listening', resolve));
wss.on('connection', (socket) => socket.on('error', () => {}));

const loop = (text: string) => {
  for (const socket of wss.clients) if (socket.readyState === WebSocket.OPEN) socket.send(text);
};
const out = url === null ? null : new Redis(url);
if (url !== null) {
  const incoming = new Redis(url);
  await incoming.subscribe(channel);
  incoming.on('message', (_channel, text) => loop(text));
}
serve(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}/`, (n, size) => {
  const text = eventText(n, process.hrtime.bigint(), size);
  if (out === null) loop(text);
  else void out.publish(channel, text);
});
