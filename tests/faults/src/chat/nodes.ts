import { createServer } from 'node:net';
import type { Program } from '@socialkit/test-services';
import { startOwnProgram } from '../programs.js';
import type { NodeAnswer } from './node.program.js';

/** A node of the platform, which may be killed and comes back on the same port. */
export interface Node {
  readonly url: string;
  readonly up: boolean;
  /** SIGKILL, at once. */
  kill(): void;
  /** Starts it again; resolves when it listens. */
  start(): Promise<void>;
  stats(): Promise<Extract<NodeAnswer, { hub: unknown }>>;
  close(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

/** @param shared database and Redis of all nodes */
export async function startNode(shared: {
  readonly database: string;
  readonly redis: string;
}): Promise<Node> {
  const port = await freePort();
  let program: Program | null = null;
  const node: Node = {
    url: `ws://127.0.0.1:${port}/v1/realtime`,
    get up() {
      return program !== null;
    },
    kill() {
      void program?.kill();
      program = null;
    },
    async start() {
      for (;;) {
        const started = startOwnProgram(import.meta.url, 'chat', 'node.program', { ...shared, port });
        try {
          await started.receive();
          program = started;
          return;
        } catch (error) {
          await started.kill();
          // The database may be coming back itself.
          if (!/storage|ECONNREFUSED|ended/.test(String(error))) throw error;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
    },
    async stats() {
      program?.send('stats');
      return program!.receive();
    },
    async close() {
      const last = program;
      program = null;
      await last?.kill();
    },
  };
  await node.start();
  return node;
}
