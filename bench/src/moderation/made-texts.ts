/** Numbers from 0 to 1, always the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const WORDS =
  `the a of to and in that it is was for on with as at by this but from they we say her she or an will my one all would
there their what so up out if about who get which go me when make can like time no just him know take people into year your good some
could them see other than then now look only come its over think also back after use two how our work first well way even new want
because any these give day most us morning river train coffee garden market window bread summer concert football recipe weather holiday
photo museum bicycle mountain dinner neighbour teacher hospital library birthday letter kitchen street bridge island village engine
great lovely terrible boring amazing slow cheap happy sad angry tired brilliant honest quiet loud fresh warm cold early late whole
don't can't I'm you're it's that's didn't`.split(/\s+/);
const RUDE = ['damn', 'shit', 'idiot', 'bitch', 'stupid', 'b1tch', 's h i t', 'fuuuck', 'сrap'];
const EXTRAS = [
  '😀',
  '🔥🔥',
  '@somebody',
  '#weekend',
  'https://example.com/a/page',
  'example.org',
  '3 pm',
  '2024',
  '!!!',
  '…',
];

/** Made-up posts of about so many characters: everyday words, a few rude ones, links, emoji, capitals. */
export function makeTexts(count: number, characters: number, seed = 1): readonly string[] {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  return Array.from({ length: count }, () => {
    const length = characters * (0.5 + random());
    let text = '';
    while (text.length < length) {
      const dice = random();
      const word = dice < 0.012 ? pick(RUDE) : dice < 0.04 ? pick(EXTRAS) : pick(WORDS);
      const capital = text === '' || random() < 0.04;
      text += (text === '' ? '' : ' ') + (capital ? word[0]!.toUpperCase() + word.slice(1) : word);
      if (random() < 0.06) text += pick(['.', ',', '!', '?']);
    }
    return text;
  });
}

/** Texts that are made to be slow, of exactly so many characters. */
export function hostileTexts(characters: number): Readonly<Record<string, string>> {
  const repeated = (part: string) => part.repeat(Math.ceil(characters / part.length)).slice(0, characters);
  return {
    'one letter': repeated('a'),
    'single letters': repeated('f u c k '),
    'listed words glued': repeated('fuckshitbitch'),
    'almost a listed word': repeated('fuc'),
    leetspeak: repeated('$h1+ @$$ '),
    'combining marks': repeated('a\u0301\u0302\u0303'),
    'invisible characters': repeated('a\u200b\u200d'),
    'look-alikes': repeated('ѕһіт '),
    'full width': repeated('ｓｈｉｔ'),
    entities: repeated('&amp;&#115;'),
    'right-to-left overrides': repeated('\u202etihs\u202c '),
    hosts: repeated('a.b.c.d-'),
    'spelled-out hosts': repeated('aaaa dot '),
    emoji: repeated('😀🔥'),
    'at signs': repeated('@@@ '),
    digits: repeated('0123456789'),
    words: makeTexts(1, characters * 2, 9)[0]!.slice(0, characters),
    'opening brackets': repeated('(('),
    'exclamation marks': repeated('!!! not '),
  };
}
