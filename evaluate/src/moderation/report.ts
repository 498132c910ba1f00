/** One line of the table: what was measured on a part, and the goal where there is one. */
export interface Figure {
  readonly goal: string;
  readonly set: string;
  readonly part: string;
  readonly measure: string;
  readonly value: number;
  /** The value of something trained in this run; empty where nothing is. */
  readonly retrained?: number;
  /** The goal, with its direction; null where there is none. */
  readonly bar: { readonly least: number } | { readonly most: number } | null;
}

const digits = (value: number | undefined): string =>
  value === undefined ? '' : Number.isNaN(value) ? 'n/a' : value.toFixed(4);

/** Whether a figure reaches its goal; null without one. What was retrained counts where nothing is shipped. */
export function reaches({ value, retrained, bar }: Figure): boolean | null {
  const counted = Number.isNaN(value) ? retrained : value;
  if (bar === null || counted === undefined || Number.isNaN(counted)) return null;
  return 'least' in bar ? counted >= bar.least : counted <= bar.most;
}

export const HEADER = ['goal', 'set', 'part', 'measure', 'shipped', 'retrained', 'bar', 'reached'] as const;

export const cellsOf = (figure: Figure): readonly string[] => {
  const { bar } = figure;
  const reached = reaches(figure);
  return [
    figure.goal,
    figure.set,
    figure.part,
    figure.measure,
    digits(figure.value),
    digits(figure.retrained),
    bar === null ? '' : 'least' in bar ? `>= ${bar.least}` : `<= ${bar.most}`,
    reached === null ? '' : reached ? 'yes' : 'no',
  ];
};

/** The figures as a table with columns of equal width. */
export function tableOf(figures: readonly Figure[]): string {
  const rows = [HEADER as readonly string[], ...figures.map(cellsOf)];
  const widths = HEADER.map((_, at) => Math.max(...rows.map((row) => row[at]!.length)));
  return `${rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}
