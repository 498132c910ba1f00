/** What a character does in a word. */
export const SEPARATOR = 0;
export const LETTER = 1;
export const DIGIT = 2;
/** Stands for a letter inside a word: `@ $ ! | +`. */
export const LEET = 3;
/** Hides a letter: `* # % ^ ~ ?` */
export const MASK = 4;
export const APOSTROPHE = 5;
const UNKNOWN = 255;

const classes = new Uint8Array(65_536).fill(UNKNOWN);
for (let code = 0; code < 128; code += 1) classes[code] = SEPARATOR;
for (let code = 97; code <= 122; code += 1) classes[code] = LETTER;
for (let code = 65; code <= 90; code += 1) classes[code] = LETTER;
for (let code = 48; code <= 57; code += 1) classes[code] = DIGIT;
for (const symbol of '@$!|+') classes[symbol.charCodeAt(0)] = LEET;
for (const symbol of '*#%^~?') classes[symbol.charCodeAt(0)] = MASK;
for (const symbol of "'’") classes[symbol.charCodeAt(0)] = APOSTROPHE;

const WORD_CHARACTER = /^[\p{L}\p{N}\p{M}]$/u;

/** The class of one UTF-16 unit. Halves of surrogate pairs separate. */
export function classOf(code: number): number {
  const known = classes[code]!;
  if (known !== UNKNOWN) return known;
  const found = WORD_CHARACTER.test(String.fromCharCode(code)) ? LETTER : SEPARATOR;
  classes[code] = found;
  return found;
}

/** Letters that digits and symbols stand for, in two readings where one sign is used for two letters. */
export const LEET_FIRST = readings('0o1i2z3e4a5s6b7t8b9g@a$s!i|l+t');
export const LEET_SECOND = readings('0o1l2z3e4a5s6g7l8b9p@a$s!l|i+t');

function readings(pairs: string): Uint8Array {
  const table = new Uint8Array(128);
  for (let index = 0; index < pairs.length; index += 2) {
    table[pairs.charCodeAt(index)] = pairs.charCodeAt(index + 1);
  }
  return table;
}

/** Whether the two readings of a sign differ. */
export const isAmbiguous = (code: number): boolean => code < 128 && LEET_FIRST[code] !== LEET_SECOND[code];
