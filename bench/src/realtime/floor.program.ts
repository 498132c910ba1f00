import type { AddressInfo, Socket } from 'node:net';
import { WebSocketServer } from 'ws';
import { argumentsOf, serve } from './program.js';
import { eventText } from './wire.js';

/**
 * What the system alone asks for a delivery: the bytes of a finished frame, written to each TCP socket. No way of delivering
 * one event to one client can cost less.
 */
argumentsOf();
const wss = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  perMessageDeflate: false,
  clientTracking: false,
});
await new Promise<void>((resolve) => wss.once('listening', resolve));
const sockets = new Set<Socket>();
wss.on('connection', (ws, request) => {
  ws.on('error', () => {});
  sockets.add(request.socket);
  ws.on('close', () => sockets.delete(request.socket));
});

/** A text frame from 126 to 65,535 bytes, as RFC 6455 has it. */
const frameOf = (text: string): Buffer => {
  const payload = Buffer.from(text);
  const head = Buffer.from([0x81, 126, 0, 0]);
  head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
};
serve(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}/`, (n, size) => {
  const frame = frameOf(eventText(n, process.hrtime.bigint(), size));
  for (const socket of sockets) socket.write(frame);
});
