/** Several signs drawn as one letter, longest first. */
const DRAWN: readonly (readonly [string, string])[] = [
  ['|\\|', 'n'],
  ['|-|', 'h'],
  ['|_|', 'u'],
  ['|3', 'b'],
  ['|)', 'd'],
  ['|=', 'f'],
  ['|<', 'k'],
  ['|{', 'k'],
  ['|2', 'r'],
  ['()', 'o'],
  ['\\/', 'v'],
  ['/\\', 'a'],
  ['(', 'c'],
];

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isSign = (code: number): boolean =>
  code === 124 || code === 40 || code === 92 || code === 47 || code === 33 || code === 36 || code === 43;

const isHex = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
const isEscape = (text: string, at: number): boolean =>
  text.charCodeAt(at) === 37 && isHex(text.charCodeAt(at + 1)) && isHex(text.charCodeAt(at + 2));

/** Whether a unit may begin what {@link drawnAt} reads. */
export const mayDraw = (code: number): boolean => code === 124 || code === 40 || code === 92 || code === 37;

/**
 * A letter drawn with signs (`|_|`, `()`), or written as two percent escapes or more in a row (`%62%69`), at `index`: what it is
 * and how long. Drawn letters count only beside letters or other signs of that sort, `()` only between two, and `(` only
 * where nothing closes it.
 */
export function drawnAt(
  text: string,
  index: number,
): { readonly value: string; readonly length: number } | null {
  const code = text.charCodeAt(index);
  if (code === 37) {
    if (!isEscape(text, index) || !(isEscape(text, index + 3) || (index >= 3 && isEscape(text, index - 3))))
      return null;
    const value = Number.parseInt(text.slice(index + 1, index + 3), 16);
    return value >= 0x20 && value < 0x7f ? { value: String.fromCharCode(value), length: 3 } : null;
  }
  if (code !== 124 && code !== 40 && code !== 92 && code !== 47) return null;
  const next = text.charCodeAt(index + 1);
  for (const [signs, value] of DRAWN) {
    if (signs.charCodeAt(0) !== code || (signs.length > 1 && signs.charCodeAt(1) !== next)) continue;
    if (signs.length > 2 && !text.startsWith(signs, index)) continue;
    const before = index > 0 ? text.charCodeAt(index - 1) : 32;
    const after = index + signs.length < text.length ? text.charCodeAt(index + signs.length) : 32;
    const left = isLetter(before) || isSign(before) || before === 41 || before === 51;
    const right = isLetter(after) || isSign(after);
    if (
      signs === '(' &&
      !(isLetter(before) && isLetter(after) && !text.slice(index, index + 24).includes(')'))
    )
      continue;
    if (signs.startsWith('(') ? left && right : left || right) return { value, length: signs.length };
  }
  return null;
}
