import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ServerAnswer, ServerArguments, ServerOrder, Usage } from './program.js';
import type { SwarmAnswer, SwarmOrder } from './swarm-orders.js';
import { SMALL, type Way } from './wire.js';

/** A program of this folder in a process of its own; answers come in the order of the orders. */
export interface Child<Order, Answer> {
  tell(order: Order): void;
  next<T extends Answer>(): Promise<T>;
  end(): Promise<void>;
}

/** Starts a program by its name. */
export function startChild<Order, Answer>(name: string, args: unknown): Child<Order, Answer> {
  const child: ChildProcess = fork(
    fileURLToPath(new URL(`./${name}.program.js`, import.meta.url)),
    [JSON.stringify(args)],
    { execArgv: ['--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  );
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const answers = on(child, 'message', { close: ['close'] });
  return {
    tell: (order) => void child.send(order as object),
    async next<T>() {
      const answer = await answers.next();
      if (answer.done) throw new Error(`the program ${name} ended`);
      return (answer.value as [T])[0];
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** A server of one of the ways. */
export interface ServerChild {
  readonly url: string;
  publish(count: number, perSecond: number, size?: number): Promise<void>;
  /** Publishes large events to the flooded stream. */
  flood(count: number, everyMs: number, size: number): Promise<void>;
  usage(): Promise<Usage>;
  end(): Promise<void>;
}

/** Starts a server and waits until it listens. */
export async function startServer(way: Way, args: ServerArguments): Promise<ServerChild> {
  const child = startChild<ServerOrder, ServerAnswer>(way, args);
  const { url } = await child.next<{ url: string }>();
  return {
    url,
    async publish(count, perSecond, size = SMALL) {
      child.tell({ do: 'publish', count, perSecond, size });
      await child.next();
    },
    async flood(count, everyMs, size) {
      child.tell({ do: 'flood', count, everyMs, size });
      await child.next();
    },
    async usage() {
      child.tell({ do: 'usage' });
      return child.next<Usage>();
    },
    end: child.end,
  };
}

/** Raw clients in a process of their own. */
export interface Swarm {
  open(way: Way, urls: readonly string[], count: number): Promise<void>;
  /**
   * Counts from now on, which holds when this resolves.
   * @returns what waits for the deliveries and gives their ages, sampled, in milliseconds. @throws Error when some did not come
   */
  expect(deliveries: number): Promise<() => Promise<readonly number[]>>;
  /** Makes some sockets follow the flooded stream; they count no more. */
  flood(count: number): Promise<void>;
  stall(count: number, on: boolean): Promise<void>;
  close(): Promise<void>;
  end(): Promise<void>;
}

export async function startSwarm(): Promise<Swarm> {
  const child = startChild<SwarmOrder, SwarmAnswer>('swarm', {});
  return {
    async open(way, urls, count) {
      child.tell({ do: 'open', way, urls, count });
      await child.next();
    },
    async expect(deliveries) {
      child.tell({ do: 'expect', deliveries });
      await child.next();
      return async () => {
        const { received, ages } = await child.next<{ received: number; ages: readonly number[] }>();
        if (received < deliveries) throw new Error(`${received} of ${deliveries} deliveries came`);
        return ages;
      };
    },
    async flood(count) {
      child.tell({ do: 'flood', count });
      await child.next();
    },
    async stall(count, on) {
      child.tell({ do: 'stall', count, on });
      await child.next();
    },
    async close() {
      child.tell({ do: 'close' });
      await child.next();
    },
    end: child.end,
  };
}
