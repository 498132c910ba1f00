/** What a command talks to: the process, or a test. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A line for the reader of results. */
  out(line: string): void;
  /** A line for the operator: problems and how to go on. */
  err(line: string): void;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  env: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
};

/** A wrong way to call a command; the message says the right one. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

// Printed to terminals: nothing from the database may move the cursor or colour what follows.
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming control characters is the purpose
const UNPRINTABLE = /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** One line of plain text, shortened to `max` characters. */
export const plain = (text: string, max = 200): string => {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
};

/** Rows in columns of equal width; the last column is not padded. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const clean = rows.map((row) => row.map((cell) => plain(cell)));
  const widths = (clean[0] ?? []).map((_, column) =>
    Math.max(...clean.map((row) => row[column]?.length ?? 0)),
  );
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
