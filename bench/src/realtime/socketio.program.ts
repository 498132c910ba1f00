import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { argumentsOf, serve } from './program.js';
import { eventData, ROOM, STREAM } from './wire.js';

/** Socket.IO as its documentation sets it up: one room, the Redis adapter between nodes, WebSocket only. */
const { redis: url, prefix } = argumentsOf();
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  perMessageDeflate: false,
  ...(url === null
    ? {}
    : { adapter: createAdapter(new Redis(url), new Redis(url), { key: `${prefix}socketio` }) }),
});
io.on('connection', (socket) => void socket.join(ROOM));
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
const { port } = http.address() as AddressInfo;
serve(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`, (n, size) => {
  io.to(ROOM).emit('ev', {
    t: 'ev',
    s: STREAM,
    epoch: 'bench',
    o: n,
    type: 'message.sent',
    at: 1_700_000_000_000,
    data: eventData(n, process.hrtime.bigint(), size),
  });
});
