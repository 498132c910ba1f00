/**
 * Characters outside ASCII that are drawn like a Latin letter, by that letter. ASCII itself is never folded here: a skeleton
 * that maps `m` to `rn` or `0` to `O` would break ordinary words.
 *
 * What NFKD already decomposes (full-width, mathematical, circled, squared and superscript letters, accents) is not listed.
 */
const ALWAYS: Readonly<Record<string, string>> = {
  a: 'ɑαаɐᴀ∂ꭺꓮåⱥª@',
  b: 'ʙƀɓβвъьҍɃꓐƄᏼßᑲЬ',
  c: 'ᴄсϲɔƈçȼ¢ꮯꓚʗ¢©ↄ',
  d: 'ᴅđɖɗԁꓓðƌժᏧ',
  e: 'ᴇеєҽəǝɛεëэɇꓰ℮ёꬲꮛ',
  f: 'ɟƒꜰꓝϝſẝғքꬵ',
  g: 'ɡɢǥɠցƃꓖᶃ',
  h: 'ʜħһнհɦƕꓧɥһЋћ',
  i: 'ᴉɪıіιɩɨίїꓲӏ¡ⅰꙇ',
  j: 'ɾᴊјϳɉʝꓙ',
  k: 'ʞᴋкκƙҝқꓗĸ',
  l: 'ʟłⱡɫɭℓӀꓡןⅼլ',
  m: 'ᴍмɱμꓟⅿ₥ɯ',
  n: 'ɴпηƞɲŋՈոꓠńип',
  o: 'ᴏоοøσօɵөꓳ๐๏ѳ°',
  p: 'ᴘрρƥþꓑϸ',
  q: 'ԛգɋʠզ',
  r: 'ʀгɍɹɽяꓣᴦꭇ',
  s: 'ѕꜱʂƽꓢȿտ§',
  t: 'ᴛтτŧƭʈꓔʇ†',
  u: 'ᴜυцʊμʉսꓴцՍ',
  v: 'ʌᴠνѵʋꓦⱱ√ⅴ',
  w: 'ᴡωшѡԝɯꓪʍщա',
  x: 'хχ×ҳꓫⅹ',
  y: 'ʏуγүұɏყꓬ¥ўʎч',
  z: 'ᴢʐƶȥζꓜʑ',
};

/** Letters of other scripts that stand for a Latin one only when the word they are in also has Latin letters. */
const MIXED_ONLY = 'ичшщяэъμщ';

const table = new Map<number, string>();
for (const [letter, likes] of Object.entries(ALWAYS)) {
  for (const like of likes.toLowerCase()) {
    const code = like.codePointAt(0)!;
    if (code > 127 && !table.has(code)) table.set(code, letter);
  }
}
// Letters in boxes and flags have no decomposition: negative circled, negative squared, regional indicators.
for (const first of [0x1f150, 0x1f170, 0x1f1e6]) {
  for (let index = 0; index < 26; index += 1) table.set(first + index, String.fromCharCode(97 + index));
}
const mixedOnly: ReadonlySet<number> = new Set([...MIXED_ONLY].map((letter) => letter.codePointAt(0)!));

/** The Latin letter that a character (lower case) is drawn like, or undefined. */
export const lookAlike = (code: number): string | undefined => table.get(code);

/** Whether a look-alike is too common a letter of its own script to be folded in a word without Latin letters. */
export const onlyBesideLatin = (code: number): boolean => mixedOnly.has(code);

/** Letters turned upside down that are no letters of English otherwise. */
const TURNED: ReadonlySet<number> = new Set([...'ɐɔǝɟƃɥᴉɾʞɯɹʇʌʍʎ'].map((letter) => letter.codePointAt(0)!));
const TURNED_ASCII: ReadonlyMap<number, string> = new Map(
  (['bq', 'qb', 'dp', 'pd', 'nu', 'un', 'wm', 'mw'] as const).map((pair) => [pair.charCodeAt(0), pair[1]!]),
);

export const isTurned = (code: number): boolean => TURNED.has(code);

/** The letter that an ASCII letter is among letters turned upside down. */
export const turnedAscii = (code: number): string | undefined => TURNED_ASCII.get(code | 32);
