/** What is not read while too much runs. */
interface Pausable {
  pause(): void;
  resume(): void;
}

const DONE = Promise.resolve();

/** The work of one connection: bounded, writes in the order in which they came. */
export class Work {
  /** Tasks that run or wait for their turn. */
  running = 0;
  private last: Promise<void> = DONE;
  private waiting: (() => void)[] | null = null;

  /** @param source paused while `most` run */
  constructor(
    private readonly most: number,
    private readonly source: Pausable,
  ) {}

  /** Starts it beside what runs. */
  beside(task: () => Promise<void>): void {
    this.begin();
    void task().finally(() => this.end());
  }
  /** Starts it when everything that was given here before is done. */
  inOrder(task: () => Promise<void>): void {
    this.begin();
    this.last = this.last.then(task).finally(() => this.end());
  }
  /** Resolves when nothing runs. */
  idle(): Promise<void> {
    if (this.running === 0) return DONE;
    return new Promise((resolve) => {
      this.waiting = [...(this.waiting ?? []), resolve];
    });
  }

  private begin(): void {
    if (++this.running === this.most) this.source.pause();
  }
  private end(): void {
    if (this.running-- === this.most) this.source.resume();
    if (this.running > 0) return;
    this.last = DONE;
    const { waiting } = this;
    this.waiting = null;
    for (const resolve of waiting ?? []) resolve();
  }
}
