import type { FeedOptions } from '@socialkit/feed';
import { type Program, startProgram } from '@socialkit/test-services';

/** What a worker of its own is started with. */
export interface WorkerSettings {
  readonly database: string;
  readonly redis: { readonly url: string; readonly prefix: string; readonly deadlineMs: number } | null;
  /** Milliseconds its clock is ahead of the machine's. */
  readonly shiftMs: number;
  readonly feed: FeedOptions;
}

/** Starts a process that does nothing but work deliveries and jobs. */
export async function startWorker(settings: WorkerSettings): Promise<
  Program & {
    /** Resolves when nothing is left to do. */
    idle(): Promise<void>;
  }
> {
  const program = startProgram(new URL('./worker.program.ts', import.meta.url), {
    args: [JSON.stringify(settings)],
  });
  await program.receive();
  return {
    ...program,
    async idle() {
      program.send({ idle: true });
      await program.receive();
    },
  };
}
