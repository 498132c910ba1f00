/**
 * Words that stand for a group of people, by one class: what is said about a group decides, not which one it is. A model that
 * sees the class learns from `X are vermin` for all groups, and that naming a group is nothing by itself. Who speaks, who is
 * told, oaths, slurs and plain words of liking and hating are classes for the same reason.
 */
const GROUPS = `women woman females female girls wives mothers ladies men man males guys trans transgender transgenders transsexual transsexuals
gay gays lesbian lesbians homosexual homosexuals bisexual bisexuals lgbt lgbtq nonbinary asexual asexuals
black blacks white whites asian asians african africans arab arabs arabic latino latinos latina hispanic hispanics mexican mexicans indian indians
chinese japanese korean koreans pakistani pakistanis turkish turks russian russians polish romanian american americans british english european europeans
muslim muslims islam islamic jew jews jewish christian christians hindu hindus buddhist buddhists sikh sikhs catholic catholics atheist atheists mormon mormons
immigrant immigrants migrant migrants refugee refugees foreigner foreigners asylum disabled disability disabilities autistic deaf blind handicapped wheelchair
gypsies gypsy roma romani travellers native natives indigenous aboriginal aborigines minorities minority ethnic coloured colored elderly poor homeless`;

const PEOPLE = 'people person folk folks community communities kids children';
const NEGATIONS =
  'not no never none nobody dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt aint without neither nor';

const SPEAKER = 'i im ive me my we our us myself ourselves';
const TOLD = 'you your youre u ur yourself yall';
const OATHS = `fuck fucking fuckin fucked shit shitty damn goddamn bloody ass asses bitch bitches crap hell piss dick bastard bastards cunt cunts`;
const SLURS = `nigger niggers nigga niggas faggot faggots fag fags tranny trannies shemale kike kikes spic spics chink chinks gook gooks wetback wetbacks
beaner beaners coon coons paki pakis raghead ragheads towelhead dyke dykes retard retards retarded spastic cripple cripples whore whores slut sluts hoe hoes gypo
redskin redskins queer`;
const HATING = 'hate hates hated despise despises loathe loathes detest detests dislike dislikes abhor';
const ADMIRING =
  'love loves loved admire admires respect respects adore adores appreciate great wonderful amazing brilliant fantastic';

const set = (words: string): readonly string[] => words.split(/\s+/);

/** Word to the number of its class. */
export const WORD_CLASSES: ReadonlyMap<string, number> = new Map([
  ...set(GROUPS).map((word) => [word, 1] as const),
  ...set(PEOPLE).map((word) => [word, 2] as const),
  ...set(NEGATIONS).map((word) => [word, 3] as const),
  ...set(SPEAKER).map((word) => [word, 4] as const),
  ...set(TOLD).map((word) => [word, 5] as const),
  ...set(OATHS).map((word) => [word, 6] as const),
  ...set(SLURS).map((word) => [word, 7] as const),
  ...set(HATING).map((word) => [word, 8] as const),
  ...set(ADMIRING).map((word) => [word, 9] as const),
]);
