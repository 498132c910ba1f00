import type { TopicName } from './topic.js';

/** Somebody who lives in the demo. */
export interface Person {
  readonly handle: string;
  readonly name: string;
  readonly bio: string;
  /** What they write about; the first is home. */
  readonly topics: readonly TopicName[];
  /** How much they are followed and how often they write, 1 to 10. */
  readonly weight: number;
  readonly isPrivate?: true;
  readonly location?: string;
  /** Vouched for by the demo. */
  readonly verified?: true;
}

const person = (
  handle: string,
  name: string,
  topics: string,
  weight: number,
  bio: string,
  more: Partial<Person> = {},
): Person => ({ handle, name, bio, weight, topics: topics.split(' ') as TopicName[], ...more });

const hidden = { isPrivate: true } as const;

/** Everybody: a harbour town and the people who talk to it, a few of them widely read. */
export const PEOPLE: readonly Person[] = [
  person(
    'harbour_daily',
    'Harbour Daily',
    'coast books',
    10,
    'What happens between the lighthouse and the old cannery. Tips welcome.',
    { verified: true, location: 'Port Elian' },
  ),
  person(
    'nightsky_club',
    'Night Sky Club',
    'stars photo',
    9,
    'Open telescope nights on the north pier, first Friday of the month.',
    { verified: true, location: 'North Pier' },
  ),
  person(
    'the_breadbox',
    'The Breadbox',
    'kitchen garden',
    8,
    'Naturally leavened since 2009. Closed on Mondays, asleep by eight.',
    { verified: true },
  ),
  person(
    'mira_lindt',
    'Mira Lindt',
    'code bikes',
    8,
    'Database internals, slow bicycles. I maintain a small parser you have never heard of.',
    { location: 'Utrecht' },
  ),
  person(
    'tomas_ferro',
    'Tomás Ferro',
    'music books',
    7,
    'Double bass. Plays with anyone who shows up on time.',
    { location: 'Lisbon' },
  ),
  person('ines_okafor', 'Ines Okafor', 'photo coast', 7, 'Film photographer. Mostly fog.', {
    location: 'Port Elian',
  }),
  person(
    'jonas_weir',
    'Jonas Weir',
    'coast bikes',
    4,
    'Runs the small ferry. Ask me about the tide, not about the weather.',
  ),
  person('petra_holm', 'Petra Holm', 'garden kitchen', 5, 'Seed saver. 41 kinds of beans and counting.'),
  person('kofi_mensah', 'Kofi Mensah', 'code stars', 5, 'Compilers by day, comets by night.'),
  person(
    'lena_brandt',
    'Lena Brandt',
    'books coast',
    5,
    'Librarian at the harbour branch. Overdue is a state of mind.',
  ),
  person('oskar_lind', 'Oskar Lind', 'bikes coast', 3, 'Wheel builder. True within half a millimetre.'),
  person('amara_diallo', 'Amara Diallo', 'run garden', 4, 'Marathons on paper, 10k in practice.'),
  person('yuki_tanabe', 'Yuki Tanabe', 'kitchen photo', 6, 'Noodles, knives, natural light.', {
    location: 'Osaka',
  }),
  person(
    'ravi_menon',
    'Ravi Menon',
    'code music',
    4,
    'Makes synthesizers out of microcontrollers. My neighbours know.',
  ),
  person(
    'clara_voss',
    'Clara Voss',
    'stars books',
    4,
    'Teaches physics to fifteen-year-olds, which is a contact sport.',
  ),
  person('dmitri_sol', 'Dmitri Sol', 'music coast', 3, 'Accordion repair. Yes, still.'),
  person('hana_novak', 'Hana Novak', 'run bikes', 4, 'Trail runner. Counts hills, not kilometres.'),
  person('elif_aydin', 'Elif Aydın', 'kitchen books', 4, 'Recipes from my aunts, tested on my flatmates.'),
  person('ben_castle', 'Ben Castle', 'garden bikes', 3, 'Allotment 17b. The one with the leaning shed.'),
  person(
    'noor_haddad',
    'Noor Haddad',
    'books music',
    5,
    'Translator. Between two languages there is always a third.',
  ),
  person(
    'silas_grey',
    'Silas Grey',
    'coast photo',
    3,
    'Lighthouse volunteer. 162 steps, every one of them oiled.',
  ),
  person('maja_kowal', 'Maja Kowal', 'code garden', 4, 'Accessibility engineer. Tab key enthusiast.'),
  person('leo_marchetti', 'Leo Marchetti', 'kitchen music', 4, 'Espresso and vinyl. In that order.'),
  person('freya_stone', 'Freya Stone', 'stars photo', 5, 'Long exposures from a cold roof.', {
    location: 'Tromsø',
  }),
  person('samir_patel', 'Samir Patel', 'run code', 3, 'Couch to 5k to couch.'),
  person(
    'gwen_parry',
    'Gwen Parry',
    'coast garden',
    3,
    'Bird warden on the salt marsh. Please keep to the path.',
  ),
  person(
    'andre_rousseau',
    'André Rousseau',
    'bikes photo',
    3,
    'Commuter in all seasons. Mudguards are love.',
  ),
  person('ida_sorensen', 'Ida Sørensen', 'books kitchen', 3, 'Cookbooks are novels with better endings.'),
  person('victor_hale', 'Victor Hale', 'music code', 3, 'Tunes pianos. Hears refrigerators.'),
  person('zara_quinn', 'Zara Quinn', 'photo run', 4, 'Street portraits. Always asks first.'),
  person(
    'pavel_dvorak',
    'Pavel Dvořák',
    'stars code',
    3,
    'Writes orbit software. Nothing has fallen down yet.',
  ),
  person('nadia_rahimi', 'Nadia Rahimi', 'garden books', 3, 'Botanical drawings, one leaf at a time.'),
  person('theo_blake', 'Theo Blake', 'coast run', 2, 'Coast guard, off duty.', hidden),
  person('rosa_delgado', 'Rosa Delgado', 'kitchen garden', 3, 'Chilli grower. The mild ones are not mild.'),
  person('erik_nyman', 'Erik Nyman', 'bikes code', 3, 'Cargo bikes and continuous integration.'),
  person('mei_chen', 'Mei Chen', 'code photo', 5, 'Type systems and telephoto lenses.', {
    location: 'Taipei',
  }),
  person('olu_adeyemi', 'Olu Adeyemi', 'music run', 3, 'Choir director. Breathe.'),
  person('anna_weiss', 'Anna Weiss', 'books stars', 2, 'Reads slowly, on purpose.', hidden),
  person('finn_gallagher', 'Finn Gallagher', 'coast music', 3, 'Sea shanties without irony.'),
  person('sofia_lund', 'Sofia Lund', 'run garden', 3, 'Physio. Your hamstring is fine. Your chair is not.'),
  person('marco_belli', 'Marco Belli', 'kitchen bikes', 2, 'Delivers pizza by bicycle. Both arrive warm.'),
  person('aisha_khan', 'Aisha Khan', 'stars code', 4, 'Radio astronomer. It is never aliens.'),
  person('peter_flint', 'Peter Flint', 'garden coast', 2, 'Compost is patience made visible.'),
  person(
    'lucia_romero',
    'Lucía Romero',
    'photo books',
    3,
    'Archivist. I photograph other people’s photographs.',
  ),
  person('hugo_lambert', 'Hugo Lambert', 'music kitchen', 2, 'Drummer. Sorry about Sunday.'),
  person('signe_dahl', 'Signe Dahl', 'run stars', 2, 'Night runner with a very bright lamp.'),
  person(
    'jae_park',
    'Jae Park',
    'code kitchen',
    4,
    'Distributed systems and fermented cabbage. Same skills.',
  ),
  person('wanda_pike', 'Wanda Pike', 'coast kitchen', 3, 'Fishmonger, third generation. The cod says hello.'),
  person('omar_said', 'Omar Said', 'bikes run', 2, 'Puts bells on things.', hidden),
  person('greta_moll', 'Greta Moll', 'garden photo', 3, 'Macro lens, muddy knees.'),
  person(
    'niko_vlahos',
    'Niko Vlahos',
    'books coast',
    2,
    'Writes crime novels set in harbours. This one is safe.',
  ),
  person('tess_oliver', 'Tess Oliver', 'music photo', 3, 'Shoots concerts from the third row.'),
  person('arjun_rao', 'Arjun Rao', 'stars run', 2, 'Built a telescope out of a drainpipe. It works.'),
  person('bea_hart', 'Bea Hart', 'kitchen books', 2, 'Jam. Only jam.', hidden),
  person('magnus_riis', 'Magnus Riis', 'coast bikes', 2, 'Boat builder. Measures three times.'),
  person('kaia_moe', 'Kaia Moe', 'garden run', 2, 'Balcony gardener, fourth floor, south-west.'),
  person('ruben_vos', 'Ruben Vos', 'code books', 3, 'Technical writer. The manual was right.'),
  person('dalia_cohen', 'Dalia Cohen', 'music books', 2, 'Viola jokes are beneath us. They all are.'),
  person('emil_krause', 'Emil Krause', 'bikes stars', 2, 'Rides home by starlight and one good lamp.'),
  person('paula_reyes', 'Paula Reyes', 'photo kitchen', 2, 'Food stylist. Nobody eats it. I do.', hidden),
];
