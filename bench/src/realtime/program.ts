/** What a server is told. */
export type ServerOrder =
  | {
      /** Publishes events to everybody who follows, in order. Answered when the last one is out. */
      readonly do: 'publish';
      readonly count: number;
      readonly perSecond: number;
      /** Characters of each text. */
      readonly size: number;
    }
  /** Publishes large events to those who follow the flooded stream, one every so many milliseconds. */
  | {
      readonly do: 'flood';
      readonly count: number;
      readonly everyMs: number;
      /** Characters of each text. */
      readonly size: number;
    }
  | { readonly do: 'usage' };

/** Processor time and memory of a process so far. */
export interface Usage {
  readonly cpuUs: number;
  readonly rss: number;
  readonly heap: number;
  /** Bytes that waited for clients at most since the last look, sampled; 0 where the server does not count them. */
  readonly waiting: number;
}

/** What a server answers; first of all where it listens. */
export type ServerAnswer =
  | { readonly url: string }
  | { readonly published: number }
  | { readonly flooded: number }
  | Usage;

/** Options a server gets as its argument. */
export interface ServerArguments {
  /** Redis between the nodes; null for one node. */
  readonly redis: string | null;
  readonly prefix: string;
}

export const argumentsOf = (): ServerArguments => JSON.parse(process.argv[2] ?? '') as ServerArguments;

/** Milliseconds between two looks at what waits. */
const SAMPLE_MS = 100;

/**
 * Runs a server program: answers its orders until its parent is gone.
 * @param waiting bytes that wait for clients now
 * @param flood publishes to the flooded stream
 */
export function serve(
  url: string,
  publish: (n: number, size: number) => void,
  waiting: () => number = () => 0,
  flood: (n: number, size: number) => void = () => {},
): void {
  let last = 0;
  let most = 0;
  setInterval(() => {
    most = Math.max(most, waiting());
  }, SAMPLE_MS).unref();
  const publishAll = async (count: number, perSecond: number, size: number) => {
    const begin = performance.now();
    for (let done = 0; done < count; ) {
      const due = Math.min(count, Math.floor(((performance.now() - begin) / 1000) * perSecond) + 1);
      while (done < due) {
        done++;
        publish(++last, size);
      }
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const floodAll = async (count: number, everyMs: number, size: number) => {
    for (let n = 1; n <= count; n++) {
      flood(n, size);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };
  process.on('message', (order: ServerOrder) => {
    if (order.do === 'flood')
      void floodAll(order.count, order.everyMs, order.size).then(() =>
        process.send?.({ flooded: order.count }),
      );
    else if (order.do === 'usage') {
      globalThis.gc?.();
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed, external } = process.memoryUsage();
      process.send?.({
        cpuUs: user + system,
        rss,
        heap: heapUsed + external,
        waiting: most,
      } satisfies Usage);
      most = 0;
    } else
      void publishAll(order.count, order.perSecond, order.size).then(() =>
        process.send?.({ published: order.count }),
      );
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url });
}
