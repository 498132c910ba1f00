const UP = 0.293;

const list = (words: string): readonly string[] => words.trim().split(/\s+/);

/** Words of degree, by what they add to the weight of what follows. */
export const BOOSTERS: ReadonlyMap<string, number> = new Map([
  ...list(
    `absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely especially
exceptional exceptionally extreme extremely fabulously flipping fracking fricking frigging friggin fully fuckin fucking hella highly hugely
incredible incredibly intensely major majorly more most particularly purely quite really remarkably so substantially thoroughly total
totally tremendous tremendously uber unbelievably unusually utter utterly very`,
  ).map((word) => [word, UP] as const),
  ...list(
    'almost barely hardly kinda kindof less little marginal marginally occasional occasionally partly scarce scarcely slight slightly somewhat sorta sortof',
  ).map((word) => [word, -UP] as const),
]);

/** Words that turn what follows within three words round. */
export const NEGATIONS: ReadonlySet<string> = new Set(
  list(
    `aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neednt neither never none nope nor not
nothing nowhere oughtnt shant shouldnt uhuh wasnt werent without wont wouldnt rarely seldom despite`,
  ),
);

/** Phrases that mean something else than their words. */
export const IDIOMS: ReadonlyMap<string, number> = new Map([
  ['the shit', 3],
  ['the bomb', 3],
  ['bad ass', 1.5],
  ['badass', 1.5],
  ['yeah right', -2],
  ['kiss of death', -1.5],
  ['to die for', 3],
  ['cut the mustard', 2],
  ['hand to mouth', -2],
  ['beating heart', 3.1],
  ['broken heart', -2.9],
]);

const pictures = (rating: number, text: string): readonly (readonly [string, number])[] =>
  [...text.replace(/\s/g, '')].map((picture) => [picture, rating] as const);

/** Picture characters by rating; written for this package. */
export const PICTURES: ReadonlyMap<string, number> = new Map([
  ...pictures(2.6, '😀😃😄😁😊😍🥰😘😻🤩🥳💖💕💗💓💞🎉❤💙💚💛💜🧡🏆😇'),
  ...pictures(1.8, '🙂😉😋😎🤗👍👏🙌💪✨🌟⭐🔥💯☺✌🌹🌸🎊😂🤣😆😅'),
  ...pictures(-1.8, '😕🙁☹😞😔😟😣😖😫😩😒🙄😬👎😓😥😪😷🤒🤢🤮💔'),
  ...pictures(-2.6, '😢😭😠😡🤬😤😱😰😨💀☠👿😈'),
]);
