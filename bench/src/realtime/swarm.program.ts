import { SUBPROTOCOL } from '@socialkit/core';
import { WebSocket } from 'ws';
import type { SwarmAnswer, SwarmOrder } from './swarm-orders.js';
import { ageOf, FLOOD, STREAM, type Way } from './wire.js';

/** One delivery in so many is looked into for its age. */
const SAMPLE = 7;
const QUIET_MS = 3000;
const EV = Buffer.from('"t":"ev"');

let sockets: WebSocket[] = [];
/** Sockets that get more than the others, and what waits for their answer. */
const flooded = new Map<WebSocket, () => void>();
let received = 0;
let expected = Number.POSITIVE_INFINITY;
let ages: number[] = [];
let lastAt = 0;

const finish = () => {
  expected = Number.POSITIVE_INFINITY;
  process.send?.({ received, ages } satisfies SwarmAnswer);
};
setInterval(() => {
  if (expected !== Number.POSITIVE_INFINITY && performance.now() - lastAt > QUIET_MS) finish();
}, 200).unref();

const delivered = (frame: Buffer) => {
  lastAt = performance.now();
  if (++received % SAMPLE === 0) {
    const age = ageOf(frame, process.hrtime.bigint());
    if (age !== null) ages.push(age / 1e6);
  }
  if (received >= expected) finish();
};

/** One raw client: as little work as the protocol allows, the same for all ways. */
const connect = (way: Way, url: string, n: number): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, way === 'ours' ? [SUBPROTOCOL] : [], {
      perMessageDeflate: false,
      skipUTF8Validation: true,
    });
    socket.binaryType = 'nodebuffer';
    socket.on('error', reject);
    socket.on('open', () => {
      if (way === 'bare' || way === 'floor') resolve(socket);
      else if (way === 'ours') {
        const token = String(3_000_000_000_000_001_000n + BigInt(n));
        socket.send(JSON.stringify({ t: 'hello', id: 1, token }));
      }
    });
    socket.on('message', (frame: Buffer) => {
      if (flooded.has(socket)) {
        if (frame.length < 1000 && frame.includes('"t":"ok"')) flooded.get(socket)?.();
        return;
      }
      if (frame.includes(EV)) return delivered(frame);
      const text = frame.toString();
      if (way === 'socketio') {
        if (text === '2') socket.send('3');
        else if (text.startsWith('0')) socket.send('40');
        else if (text.startsWith('40')) resolve(socket);
      } else if (way === 'ours') {
        const [answer] = [JSON.parse(text)].flat();
        if (answer.t === 'welcome')
          socket.send(JSON.stringify({ t: 'sub', id: 2, streams: [{ s: STREAM }] }));
        else if (answer.t === 'ok' && answer.id === 2) resolve(socket);
        else if (answer.t === 'err') reject(new Error(text));
      }
    });
  });

const carryOut = async (order: SwarmOrder): Promise<SwarmAnswer> => {
  switch (order.do) {
    case 'open': {
      for (let at = 0; at < order.count; at += 50) {
        const part = Array.from({ length: Math.min(50, order.count - at) }, (_, i) => at + i);
        const opened = part.map((n) => connect(order.way, order.urls[n % order.urls.length]!, n));
        sockets.push(...(await Promise.all(opened)));
      }
      return { open: sockets.length };
    }
    case 'expect':
      received = 0;
      ages = [];
      lastAt = performance.now();
      expected = order.deliveries;
      return { expecting: order.deliveries };
    case 'flood':
      await Promise.all(
        sockets.slice(0, order.count).map(
          (socket) =>
            new Promise<void>((resolve) => {
              flooded.set(socket, resolve);
              socket.send(JSON.stringify({ t: 'sub', id: 3, streams: [{ s: FLOOD }] }));
            }),
        ),
      );
      return { flooded: order.count };
    case 'stall':
      for (const socket of sockets.slice(0, order.count)) order.on ? socket.pause() : socket.resume();
      return { stalled: order.count };
    case 'close': {
      const closing = sockets;
      sockets = [];
      for (const socket of closing) socket.terminate();
      return { closed: closing.length };
    }
  }
};
process.on('message', (order: SwarmOrder) => {
  carryOut(order).then(
    (answer) => process.send?.(answer),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
