import { type WordEntryInput, type WordList, wordListSchema } from './word-list.js';

const words = (text: string): string[] => text.trim().split(/\s*[,\n]\s*/);

/** The words that people disguise by exchanging, leaving out and replacing letters. */
const DISGUISED: ReadonlySet<string> = new Set(
  words(
    `*fuck*, *shit*, *bitch*, *cunt*, asshole*, bastard*, slut*, *whore*, motherf*, *bullshit*, *dickhead*, pussies, *pussy*,
*nigger*, *nigga*, *faggot*, retard, retarded, tranny, twat*, wank*, blowjob*, penis, vagina*`,
  ),
);

const entries = (category: WordEntryInput['category'], severity: 1 | 2 | 3, text: string): WordEntryInput[] =>
  words(text).map((line) => {
    const [term, ...exceptions] = line.split(/\s*;\s*/);
    return { term: term!, category, severity, variants: DISGUISED.has(term!), exceptions };
  });

/**
 * The list that works without any peer: English, written for this package, short on purpose. A line is
 * `term; exception; exception`. Hits are evidence that the models weigh; none of them is decisive.
 */
export const baseList: WordList = wordListSchema.parse({
  id: 'base-en',
  version: '2',
  language: 'en',
  entries: [
    ...entries(
      'profanity',
      2,
      `*fuck*; fuckuyama*; fukuyama*, *shit*; shitake*; shiitake*; mishit*; mashit*; shitong; shitov; cushitic*; shittah; shittim
*bitch*, *cunt*; scunt*; mccunt*, asshole*, arsehole*, motherf*, muthafuck*, *bullshit*, dumbass*, jackass, dipshit*, shithead*,
bastard*; bastardi*, *whore*; whored, slut*, skank*, thot, twat*; twatt, wanker*, *dickhead*, *dicksuck*, cocksuck*, *douchebag*, douche,
scumbag*, bollocks, biatch, beotch, biotch, bish, hoe; hoedown; hoecake; backhoe*; tahoe, hoes, fuk, fuq, fck, stfu, gtfo, wtf, pos, milf*, tramp stamp, cumslut*, cumdump*,
thots, trick ass, pussyass, bitchass, fatass, dumbfuck, fucktard*, shitbag*, shitface*, asswipe*, asshat*, fuckface*, fuckwit*, bellend, knobhead, tosser, minger, slag, slags, slapper`,
    ),
    ...entries(
      'sexual',
      2,
      `*pussy*; pussy willow*; pussycat*; pussyfoot*, pussies; pussies willow, dick; dickens*; dickinson*; moby dick; dick van*; dickson*; dicky bow; dickey*, cock; cocktail*; cockpit*; cockney*; cockatoo*; cockroach*; peacock*; hancock*; cockburn*; shuttlecock*; cocker; cockermouth; cocky; cockle*; cockerel*; weathercock*; woodcock*; stopcock*; cock pheasant; cockade*; cockup; babcock; hitchcock*,
tits; titmouse; great tits; blue tits, titties, titty, boobs, boobies, penis; penistone*, vagina*; vaginal dryness, vaginas, clit; clitheroe*; clits, cum; cumin; cum laude; cumm*, cumming; cummings*, cumshot*, jizz*, blowjob*, blow job*, handjob*, hand job*,
rimjob*, dildo*, buttplug*, butt plug*, *deepthroat*, gangbang*, creampie*, bukkake, hentai, porn*, pornhub, masturbat*, orgasm*, ejaculat*, jerk off, jerking off, jack off, jacking off, wank*,
fellatio, cunnilingus, felch*, fisting, anal; analy*; analog*; anal fissure*, anus, nudes, horny, nutsack*, ballsack*, ball sack, scrotum, boner, boners, boobjob, camel toe, dominatrix, doggystyle, doggy style, double penetration, orgy, orgies, prick; pricke*; pricking; prickl*, pricks, semen, schlong, bestiality, incest, strap on, threesome, jailbait, upskirt, hooker; tj hooker; mr hooker; hooker valley, hookers, sexting, suck my *, eat my ass`,
    ),
    ...entries(
      'profanity',
      1,
      `ass; assay; assess*; assist*; assign*; assum*; assert*; assort*; assur*; assassin*; associa*, arse; arsen*, damn*, crap; scrap*; crappie, piss*; pissarro, pissed, bloody hell, goddamn*, sucks, suck, crappy, butthole*, tit; titan*; titl*; tit for tat, turd*; saturd*, balls, butt; button*; butter*; buttress*; butte, sex; sexte*; sexism; sexist; sexton, sexy, sexual*; sexual health; sexual education, hell no, screw you, sod off, bugger*, bum; bumper*; bumble*; bump*, bimbo*, hussy, jerk, sissy, punk, loser*, idiot*, moron*, stupid, dumb, dumbo, imbecile*, ugly, fatty; fatty acid*, fatso, trash; trash can, scum, pig, pigs, vermin, filth, filthy, disgusting, pathetic, worthless, lowlife*, coward*, creep, psycho, lunatic, nutjob, shut up, gold digger, hypocrite*, liar, clown, clowns, degenerate*, subhuman*`,
    ),
    ...entries(
      'hate',
      3,
      `*nigger*; snigger*; niggerhead, *nigga*; niggard*; niggle*, *niggah*, nigguh*, niggaz, nig, nigs, nigglet*, *faggot*, fag; fage, fags, faggy, fagg*; faggots and peas; faggots in gravy, dyke; dyke held; dykes held; van dyke; offa's dyke; dyke road, dykes; dykes held, tranny; tranny van, trannies, shemale*, he-she, kike, kikes, spic; spick and span; spicy; spice*, spics, wetback*, beaner*, chink; chink of; chink in, chinks; chinks in, gook*, zipperhead*, jigaboo*, porch monkey*, coon; coonhound*; maine coon*, coons, darkie*, darky, sambo, golliwog*, wog, wogs, paki, pakis, raghead*, towelhead*, sandnigger*, sand nigger*, camel jockey*, camel fucker*, goat fucker*, muzzie*, muzrat*, jihadi, gypo*, gyppo*, pikey*, redskin*; washington redskins; redskins game; the redskins; redskins fan*, injun*, squaw*, honky, honkey, honkies, cracker ass, whitey, gringo*, polack*, wop; wops, dago*, kraut*; sauerkraut, jap; japs, nip, slope head*, chinaman, ching chong*, negro; negroes; negroni*; montenegro; rio negro, negros, half breed*, mongoloid*, retard; retardant*; retard the; fire retard*, retards, retarded, spastic*; spastic colon, spaz, mong, mongs, cripple, cripples, libtard*, poof; poof went, poofter*, batty boy*, bumboy*, carpet muncher*, fudge packer*, sodomite*, homo; homo sapiens; homo erectus, homos, queer bait*, lesbo*, bulldyke*, heeb*, hymie*, yid, yids, jewboy*, oven dodger*, untermensch*, feminazi*, femoid*, roastie*, monkeys go back, white trash, uncle tom*, coconut head, house nigger*, teabagger*, trailer trash, pancake face*, gas the *, white power, heil hitler, sieg heil, 1488, kkk`,
    ),
    ...entries(
      'threat',
      3,
      `kill yourself, kill your self, kys, kill urself, go die, hope you die, hope u die, hope they die, should die, deserve to die, deserves to die, need to die, must die, drop dead, slit your *, cut your throat, rape you, rape her, rape them, raping, rapist; rapist was; the rapist spacing, bash your *, beat your ass, shoot you, shoot them, shoot them all, kill you, kill them all, kill all, lynch*, behead*, exterminat*, gas them, burn them, hang them, hang yourself, neck yourself, drink bleach, stab you, smash your *, break your *`,
    ),
  ],
});
