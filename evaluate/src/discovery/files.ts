import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** Cells of a table of plain numbers and names, header and all. */
function cellsOf(path: string): string[][] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
}

/** The first two columns of a table, without its header. */
export function readPairs(path: string): (readonly [string, string])[] {
  const [header, ...rows] = cellsOf(path);
  const isHeader = header?.some((cell) => /[a-z]/i.test(cell)) ?? false;
  return (isHeader || header === undefined ? rows : [header, ...rows]).map(
    ([a = '', b = '']) => [a, b] as const,
  );
}

const NAMES = ['user', 'follower', 'user_id', 'id'];

/** User ids of a file, each once: a plain list, or a table with a column `user` or `follower`. */
export function readUsers(path: string): string[] {
  const [header = [], ...rows] = cellsOf(path);
  const named = header.findIndex((cell) => NAMES.includes(cell.toLowerCase()));
  const all = named >= 0 || header.some((cell) => /[a-z]/i.test(cell)) ? rows : [header, ...rows];
  return [...new Set(all.map((cells) => cells[Math.max(0, named)] ?? '').filter((id) => id !== ''))];
}

/** What is hidden of each user. */
export function readHidden(path: string): Map<string, Set<string>> {
  const hidden = new Map<string, Set<string>>();
  for (const [user, item] of readPairs(path)) {
    const held = hidden.get(user) ?? new Set();
    held.add(item);
    hidden.set(user, held);
  }
  return hidden;
}
