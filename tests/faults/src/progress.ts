import { Presets, SingleBar } from 'cli-progress';

/** How far a run is, on standard error; silent where nobody looks at a terminal, but for a line now and then. */
export interface Progress {
  advance(done: number, label: string): void;
  done(): void;
}

/** Lines of a run without a terminal. */
const LINES = 20;

export function createProgress(title: string, total: number): Progress {
  if (!process.stderr.isTTY) {
    let shown = 0;
    return {
      advance(done, label) {
        if (Math.floor((done * LINES) / total) === shown) return;
        shown = Math.floor((done * LINES) / total);
        process.stderr.write(`${title} ${done}/${total} ${label}\n`);
      },
      done: () => {},
    };
  }
  const bar = new SingleBar(
    {
      format: `${title} {bar} {value}/{total} {eta_formatted} {label}`,
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0, { label: '' });
  return { advance: (done, label) => bar.update(done, { label }), done: () => bar.stop() };
}
