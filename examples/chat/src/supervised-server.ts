import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServerReady } from './server.js';

/** The server in a process of its own, on data that outlives it. */
export interface SupervisedServer {
  /** Starts it, on the same port every time. */
  start(): Promise<ServerReady>;
  /** Kills it as a crash does: nothing is said, nothing is finished. */
  kill(): Promise<void>;
  /** Ends it and deletes its data. */
  close(): Promise<void>;
}

/** The built program, also when the sources run. */
const PROGRAM = fileURLToPath(new URL('../dist/server.js', import.meta.url));

export async function superviseServer(): Promise<SupervisedServer> {
  const folder = await mkdtemp(join(tmpdir(), 'socialkit-chat-'));
  let child: ChildProcess | null = null;
  let port = 0;
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const ended = new Promise((resolve) => running.once('close', resolve));
    running.kill(signal);
    await ended;
  };
  return {
    start() {
      const started = fork(PROGRAM, [join(folder, 'data'), String(port)], {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      child = started;
      return new Promise((resolve, reject) => {
        started.once('message', (ready: ServerReady) => {
          ({ port } = ready);
          resolve(ready);
        });
        started.once('close', (code, signal) => reject(new Error(`the server ended: ${signal ?? code}`)));
      });
    },
    kill: () => end('SIGKILL'),
    async close() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
