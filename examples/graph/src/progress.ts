import { Presets, SingleBar } from 'cli-progress';

/** Shows one stage of the demo: a bar on a terminal, a line at the end elsewhere. */
export interface Stage {
  advance(by?: number): void;
  /** @returns seconds since the stage began */
  end(): number;
}

/** Begins a stage of `total` steps on standard error. */
export function beginStage(title: string, total: number): Stage {
  const begin = performance.now();
  const seconds = () => (performance.now() - begin) / 1000;
  if (!process.stderr.isTTY)
    return {
      advance() {},
      end() {
        process.stderr.write(`${title}: ${total} in ${seconds().toFixed(1)} s\n`);
        return seconds();
      },
    };
  const bar = new SingleBar(
    {
      format: `${title.padEnd(34)} {bar} {value}/{total} {eta_formatted}`,
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    advance: (by = 1) => bar.increment(by),
    end() {
      bar.update(total);
      bar.stop();
      return seconds();
    },
  };
}

/** Runs `work` for every item, at most `width` at once, and counts them on a stage. @returns seconds */
export async function runStage<T>(
  title: string,
  items: readonly T[],
  width: number,
  work: (item: T, at: number) => Promise<unknown>,
): Promise<number> {
  const stage = beginStage(title, items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const at = next++;
      await work(items[at]!, at);
      stage.advance();
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return stage.end();
}
