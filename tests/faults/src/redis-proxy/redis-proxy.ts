import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { channelOf, createRespCutter } from './resp.js';

/** What can happen to one pushed message. */
export const HINT_FAULTS = ['drop', 'double', 'swap'] as const;
export type HintFault = (typeof HINT_FAULTS)[number];

/** A proxy in front of Redis that harms messages on their way to subscribers, and nothing else. */
export interface RedisProxy {
  readonly url: string;
  /**
   * Asked for every pushed message, once for each subscriber.
   * @param message begins somewhere in these bytes, behind the channel
   * @returns what happens to it; null lets it pass
   */
  decide: (channel: string, message: Buffer) => HintFault | null;
  /** Connections through the proxy now. */
  readonly connections: number;
  /** Cuts every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** A swapped message follows the next one, or comes alone after this many milliseconds. */
const SWAP_MS = 40;

function relay(client: Socket, server: Socket, decide: RedisProxy['decide']): void {
  const cutter = createRespCutter();
  let held: Buffer | null = null;
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    clearTimeout(timer);
    if (held !== null && client.writable) client.write(held);
    held = null;
  };
  const pass = (value: Buffer) => {
    const channel = channelOf(value);
    const fault = channel === null ? null : decide(channel, value);
    if (fault === 'drop') return;
    if (fault === 'swap' && held === null) {
      held = Buffer.from(value);
      timer = setTimeout(release, SWAP_MS);
      return;
    }
    client.write(value);
    if (fault === 'double') client.write(value);
    if (channel !== null) release();
  };
  server.on('data', (chunk) => {
    for (const value of cutter.take(chunk)) pass(value);
  });
  client.pipe(server);
  const end = () => {
    clearTimeout(timer);
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) socket.on('error', end).on('close', end);
}

/** @param target the port of the Redis on this machine; it may be down and come back */
export async function startRedisProxy(target: number): Promise<RedisProxy> {
  const clients = new Set<Socket>();
  const proxy: RedisProxy = {
    url: '',
    decide: () => null,
    get connections() {
      return clients.size;
    },
    cut() {
      for (const client of clients) client.destroy();
    },
    async close() {
      proxy.cut();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
  const listener = createServer((client) => {
    clients.add(client);
    client.setNoDelay(true).on('close', () => clients.delete(client));
    const server = connect(target, '127.0.0.1').setNoDelay(true);
    relay(client, server, (channel, message) => proxy.decide(channel, message));
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  return Object.defineProperty(proxy, 'url', { value: `redis://127.0.0.1:${port}` });
}
