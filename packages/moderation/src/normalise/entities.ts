const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '\u00ad',
  zwj: '\u200d',
  zwnj: '\u200c',
};

/** An HTML entity at `index`: what it stands for and how long it is; null when there is none. Looks at ten characters at most. */
export function entityAt(
  text: string,
  index: number,
): { readonly value: string; readonly length: number } | null {
  let end = index + 2;
  const limit = Math.min(text.length, index + 11);
  while (end < limit && text.charCodeAt(end) !== 59) end += 1;
  if (end >= limit) return null;
  const name = text.slice(index + 1, end);
  if (name.charCodeAt(0) === 35) {
    const hex = name.charCodeAt(1) === 120 || name.charCodeAt(1) === 88;
    const digits = name.slice(hex ? 2 : 1);
    if (!(hex ? /^[0-9a-f]{1,6}$/i : /^[0-9]{1,7}$/).test(digits)) return null;
    const code = Number.parseInt(digits, hex ? 16 : 10);
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return null;
    return { value: String.fromCodePoint(code), length: end - index + 1 };
  }
  const value = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  return value === undefined ? null : { value, length: end - index + 1 };
}
