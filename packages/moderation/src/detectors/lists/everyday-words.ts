/**
 * Everyday words. A listed word glued to one of them is read as two words; two of them beside each other are never read as
 * one listed word.
 */
export const COMMON_WORDS: ReadonlySet<string> = new Set(
  `a about after again all alot also always am an and any are around as at ass away back bad be been before being best better big but buy
by bye call can cant care come could damn day did do does dont done down each eat even ever every feel few find first for from
full fuck gave get gets getting girl girls give go goes going gone gonna good got gotta great guy guys had has hate have he hell her here
hey hi him his home hope how i if ill im in into is isnt it its ive just keep kind know last leave left let lets life like
lil little lol long look looking looks lot love made make makes man many may me mean means men might mine more most much must my
myself need never new next nice no not nothing now of off oh ok old on once one only or other our out over own people
please put quit real really red right said same saw say says see seen she shit should show so some someone still stop stupid such sure
take talk talking tell than thank thanks that thats the their them then there these they thing things think this those though thru thx til
time to today told too tonight took try two u ur until up upon us use used very wait walk wanna want wants was way we well went
were what whats when where which while white who whole why will wish with wont word work world would wow ya yall yeah year years yes yet
yo you your youre yours black fat ugly dumb dirty ho hi ha ah em rt tho cuz bout then thats fake broke ain aint bro dude boy boys
bitch bitches pen king ping ring sing cock tail its sits hits fits ten men ton man son ant art arts the his her
ask eat hat ears tit pit pits pie pier pin pins pink sh sir sis sit sits spa spa tip tips tie ties top tops tree niger nigel wore whole where pens pens cut sit fit bath batch pitch birch retire bated bastion pasty busy puny gran granny trash`
    .split(/\s+/)
    .filter((word) => word !== 'fuck' && word !== 'bitch' && word !== 'bitches' && word !== 'tail'),
);

/** What may follow a listed word without making it another word. */
export const ENDINGS: readonly string[] = ['s', 'es', 'ed', 'er', 'ers', 'in', 'ing', 'ings', 'y', 'z'];

/** Words of two letters that are read as a word of their own when glued to a listed one. */
export const SHORT_GLUE: ReadonlySet<string> = new Set(
  'my is to me he so we no up go ur of rt on im'.split(' '),
);
