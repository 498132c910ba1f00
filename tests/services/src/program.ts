import { fork } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Options of {@link startProgram}. */
export interface ProgramOptions {
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended: one of the two is null. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A TypeScript program in a process of its own. */
export interface Program {
  readonly pid: number;
  /** Sends a JSON value; the program gets it by `process.on('message')`. */
  send(value: unknown): void;
  /**
   * The next JSON value that the program sent with `process.send`, in order.
   *
   * @throws Error with what it wrote to standard error, when it ends without sending one
   */
  receive<T = unknown>(): Promise<T>;
  /** Resolves when the process has ended; never rejects. */
  readonly ended: Promise<ProgramEnd>;
  /** @param signal default SIGKILL */
  kill(signal?: NodeJS.Signals): Promise<ProgramEnd>;
  [Symbol.asyncDispose](): Promise<void>;
}

const REGISTER = new URL('../hooks/register.mjs', import.meta.url).href;
const ERROR_LIMIT = 20_000;

/**
 * Runs a `.ts` file in a Node process of its own, with the workspace's packages resolved to their
 * sources: what races between processes and deaths by SIGKILL are tested with. It ends with this process.
 *
 * @param entry the file, usually `new URL('./x.program.ts', import.meta.url)`
 */
export const startProgram = (entry: URL | string, options: ProgramOptions = {}): Program => {
  const child = fork(entry instanceof URL ? fileURLToPath(entry) : entry, options.args ?? [], {
    execArgv: ['--conditions=@socialkit/source', '--enable-source-maps', '--import', REGISTER],
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-ERROR_LIMIT);
  });
  const ended = new Promise<ProgramEnd>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
    child.once('error', () => resolve({ code: 1, signal: null }));
  });
  const messages = on(child, 'message', { close: ['close', 'error'] });
  const kill = (signal: NodeJS.Signals = 'SIGKILL'): Promise<ProgramEnd> => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? -1,
    send: (value) => void child.send(value as object),
    receive: async <T>() => {
      const next = await messages.next();
      if (next.done) {
        const { code, signal } = await ended;
        throw new Error(`the program ended (${signal ?? code}) without another message:\n${errors}`);
      }
      return (next.value as [T])[0];
    },
    ended,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
    },
  };
};
