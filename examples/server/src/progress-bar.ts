import cliProgress from 'cli-progress';

/** Shows how far something is. */
export interface ProgressBar {
  update(done: number): void;
  stop(): void;
}

/** A bar on a terminal, a plain line for every tenth elsewhere. */
export function createProgressBar(
  title: string,
  total: number,
  stream: NodeJS.WriteStream = process.stdout,
): ProgressBar {
  if (stream.isTTY) {
    const bar = new cliProgress.SingleBar(
      {
        format: `${title} {bar} {percentage}% ({value} of {total})`,
        hideCursor: true,
        stream,
        clearOnComplete: false,
      },
      cliProgress.Presets.shades_classic,
    );
    bar.start(total, 0);
    return { update: (done) => bar.update(done), stop: () => bar.stop() };
  }
  let said = -1;
  return {
    update(done) {
      const tenth = Math.floor((done / total) * 10);
      if (tenth === said) return;
      said = tenth;
      stream.write(`${title} ${tenth * 10}% (${done} of ${total})\n`);
    },
    stop() {},
  };
}
