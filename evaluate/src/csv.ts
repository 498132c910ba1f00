import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** One line of a table, by column. */
export type Row = Readonly<Record<string, string>>;

/** Reads a CSV file (RFC 4180, header line), also a compressed one (`.gz`). */
export function readCsv(path: string): readonly Row[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  const lines: string[][] = [];
  let line: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',') {
      line.push(cell);
      cell = '';
    } else if (char === '\n') {
      line.push(cell.endsWith('\r') ? cell.slice(0, -1) : cell);
      lines.push(line);
      line = [];
      cell = '';
    } else cell += char;
  }
  if (cell !== '' || line.length > 0) lines.push([...line, cell]);
  const [header = [], ...rows] = lines;
  return rows.map((cells) => Object.fromEntries(header.map((name, at) => [name, cells[at] ?? ''])));
}

const quote = (value: string): string =>
  /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** Writes a CSV file. */
export function writeCsv(
  path: string,
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  writeFileSync(
    path,
    `${[header, ...rows].map((row) => row.map((cell) => quote(String(cell))).join(',')).join('\n')}\n`,
  );
}
