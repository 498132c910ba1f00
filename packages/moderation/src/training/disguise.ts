/** Ways to write a word so that a plain list misses it. */
export const DISGUISES = [
  'leet',
  'invisible',
  'look_alike',
  'spaced',
  'dotted',
  'dashed',
  'repeated',
  'full_width',
  'alternating',
  'accents',
  'glued',
  'masked',
  'vowel_left_out',
  'exchanged',
  'split',
  'picture_between',
  'reversed_override',
  'entity',
  'circled',
  'small_capitals',
  'phonetic',
  'underscored',
  'slashed',
  'stars_between',
  'mathematical',
  'soft_hyphen',
  'one_star',
  'half_leet',
] as const;

export type Disguise = (typeof DISGUISES)[number];

const LEET: Readonly<Record<string, string>> = {
  a: '4',
  b: '8',
  e: '3',
  g: '9',
  i: '1',
  o: '0',
  s: '5',
  t: '7',
  l: '1',
};
const CYRILLIC: Readonly<Record<string, string>> = {
  a: 'а',
  c: 'с',
  e: 'е',
  i: 'і',
  k: 'к',
  n: 'п',
  o: 'о',
  p: 'р',
  s: 'ѕ',
  t: 'т',
  u: 'ц',
  x: 'х',
  y: 'у',
  h: 'һ',
  b: 'Ь',
  g: 'ɡ',
};
const SMALL: Readonly<Record<string, string>> = {
  a: 'ᴀ',
  b: 'ʙ',
  c: 'ᴄ',
  d: 'ᴅ',
  e: 'ᴇ',
  g: 'ɢ',
  h: 'ʜ',
  i: 'ɪ',
  k: 'ᴋ',
  n: 'ɴ',
  o: 'ᴏ',
  r: 'ʀ',
  t: 'ᴛ',
  u: 'ᴜ',
  y: 'ʏ',
};
const each = (word: string, by: (letter: string, at: number) => string): string => [...word].map(by).join('');
const shifted = (word: string, lower: number, upper: number): string =>
  each(word, (letter) => {
    if (/[a-z]/.test(letter)) return String.fromCodePoint(lower + letter.charCodeAt(0) - 97);
    if (/[A-Z]/.test(letter)) return String.fromCodePoint(upper + letter.charCodeAt(0) - 65);
    return letter;
  });
const inside = (word: string): number => Math.floor(word.length / 2);

const ways: Readonly<Record<Disguise, (word: string, random: () => number) => string>> = {
  leet: (word) => each(word, (letter) => LEET[letter.toLowerCase()] ?? letter),
  half_leet: (word, random) =>
    each(word, (letter) => (random() < 0.5 ? (LEET[letter.toLowerCase()] ?? letter) : letter)),
  invisible: (word, random) => each(word, (letter) => (random() < 0.6 ? `${letter}\u200b` : letter)),
  soft_hyphen: (word) => [...word].join('\u00ad'),
  look_alike: (word) => each(word, (letter) => CYRILLIC[letter.toLowerCase()] ?? letter),
  spaced: (word) => [...word].join(' '),
  dotted: (word) => [...word].join('.'),
  dashed: (word) => [...word].join('-'),
  underscored: (word) => [...word].join('_'),
  slashed: (word) => [...word].join('/'),
  stars_between: (word) => [...word].join('*'),
  picture_between: (word) => [...word].join('🔥'),
  repeated: (word, random) => each(word, (letter) => letter.repeat(1 + Math.floor(random() * 3))),
  full_width: (word) => shifted(word, 0xff41, 0xff21),
  mathematical: (word) => shifted(word, 0x1d41a, 0x1d400),
  circled: (word) => shifted(word, 0x24d0, 0x24b6),
  small_capitals: (word) => each(word, (letter) => SMALL[letter.toLowerCase()] ?? letter),
  alternating: (word) => each(word, (letter, at) => (at % 2 ? letter.toUpperCase() : letter.toLowerCase())),
  accents: (word, random) =>
    each(word, (letter) => letter + '\u0301\u0323\u0336\u0308'[Math.floor(random() * 4)]),
  glued: (word) => word,
  masked: (word) => word[0] + '*'.repeat(Math.max(0, word.length - 2)) + word.slice(-1),
  one_star: (word) => `${word.slice(0, 1)}*${word.slice(2)}`,
  vowel_left_out: (word) => word[0] + word.slice(1).replace(/[aeiou]/i, ''),
  exchanged: (word) => {
    const at = Math.max(1, inside(word) - 1);
    return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
  },
  split: (word) => `${word.slice(0, inside(word))} ${word.slice(inside(word))}`,
  reversed_override: (word) => `\u202e${[...word].reverse().join('')}\u202c`,
  entity: (word) => each(word, (letter) => `&#${letter.charCodeAt(0)};`),
  phonetic: (word) => word.replace(/ck/gi, 'k').replace(/^f/i, 'ph').replace(/er$/i, 'a'),
};

/** Writes the word at a range of a text in another way; `glued` takes away the blanks around it. */
export function disguise(
  text: string,
  range: { readonly start: number; readonly end: number },
  way: Disguise,
  random: () => number,
): string {
  const before = text.slice(0, range.start);
  const after = text.slice(range.end);
  const word = ways[way](text.slice(range.start, range.end), random);
  if (way === 'glued') return before.replace(/ $/, '') + word + after.replace(/^ /, '');
  return before + word + after;
}
