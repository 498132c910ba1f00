import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Account } from './account.js';
import type { FolderGuard } from './folder-guard.js';

/** How to start a {@link Supervised} server. */
export interface SupervisedOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Working folder. */
  readonly folder: string;
  /** The folder's guard, which ends the server when this process dies. */
  readonly guard: FolderGuard;
  /** File that receives the server's output. */
  readonly logFile: string;
  readonly account?: Account | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
}

/** A server process that never outlives this one. */
export interface Supervised {
  readonly pid: number;
  /** True once the process has ended, for whatever reason. */
  readonly exited: boolean;
  /** Sends a signal; does nothing when the process has ended. */
  signal(signal: NodeJS.Signals): void;
  /**
   * Sends `signal`, waits until the process has ended, and sends SIGKILL after `graceMs`.
   *
   * @param graceMs default 10,000
   */
  end(signal: NodeJS.Signals, graceMs?: number): Promise<void>;
  /** The last lines the server wrote, for error messages. */
  logTail(): string;
}

const tailOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
};

/**
 * Starts a server in the foreground, in a process group of its own and under the folder's guard. It does
 * not keep the event loop alive.
 *
 * @throws Error when the program cannot be started
 */
export const supervise = async (options: SupervisedOptions): Promise<Supervised> => {
  const log = openSync(options.logFile, 'a');
  let child: ChildProcess;
  try {
    child = spawn(options.command, options.args, {
      cwd: options.folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: options.env ?? process.env,
      ...(options.account ?? {}),
    });
  } finally {
    closeSync(log);
  }
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${options.command} has no process id`);
  child.unref();
  options.guard.watch(pid);
  let ended = false;
  void exited.then(() => {
    ended = true;
    options.guard.watch(null);
  });
  const signal = (name: NodeJS.Signals): void => {
    if (!ended) child.kill(name);
  };
  return {
    pid,
    get exited() {
      return ended;
    },
    signal,
    end: async (name, graceMs = 10_000) => {
      child.ref();
      signal(name);
      const timer = setTimeout(() => signal('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
    logTail: () => tailOf(options.logFile),
  };
};
