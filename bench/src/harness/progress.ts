import { Presets, SingleBar } from 'cli-progress';

/** Shows how far a long run is, on standard error; plain lines where nobody looks at a terminal. */
export interface Progress {
  step(label: string): void;
  /** Says more about the step that runs. */
  note(label: string): void;
  done(): void;
}

/** @param steps how many times `step` will be called */
export function createProgress(title: string, steps: number): Progress {
  if (!process.stderr.isTTY) {
    let at = 0;
    return {
      step: (label) => void process.stderr.write(`${title} ${++at}/${steps} ${label}\n`),
      note: (label) => void process.stderr.write(`  ${label}\n`),
      done: () => {},
    };
  }
  const bar = new SingleBar(
    { format: `${title} {bar} {value}/{total} {label}`, stream: process.stderr, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(steps, 0, { label: '' });
  return {
    step: (label) => bar.increment(1, { label }),
    note: (label) => bar.update({ label }),
    done: () => bar.stop(),
  };
}
