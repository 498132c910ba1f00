import type { Topic } from './topic.js';

/** What is said under the open sky. */
export const OUTDOORS = {
  coast: {
    posts: [
      'High water at 06:42, and the harbour is so still that the gulls are walking. #harbour',
      'The ferry runs late today: fog on the bar until about nine. #harbour #ferry',
      'Found the old tide table from 1931 behind the office cupboard. It is wrong by four minutes. #tides',
      'Three porpoises off the breakwater this morning, in no hurry at all. #wildlife #harbour',
      'New planks on the north pier. Thank you to everyone who carried one. #harbour',
      'Storm lantern lit, kettle on. If you are out there, turn around. #coast',
      'The cannery wall has a mural now and the seals seem to approve. #harbour',
      'A reminder that the marsh path is closed until the terns have finished. #wildlife',
      'Somebody has knitted a scarf for the bollard by the fish steps. It suits him. #harbour',
      '@ asked why the bell rings twice on Sundays. Once for the tide, once because the first one wakes the keeper. #harbour',
    ],
    images: [
      {
        text: 'Fog came in like it had an appointment. #harbour #fog',
        ref: 'demo/fog-on-the-bar.jpg',
        alt: 'A small ferry half hidden by fog in a harbour',
      },
      {
        text: 'The lamp room after cleaning. #lighthouse',
        ref: 'demo/lamp-room.jpg',
        alt: 'The brass and glass of a lighthouse lamp',
      },
    ],
    links: [
      {
        text: 'How tide tables are made, for all who asked at the counter. #tides',
        url: 'https://example.org/tides/how-tables-are-made',
      },
    ],
    polls: [
      {
        text: 'What should the new ferry be called? #ferry',
        options: ['Marigold', 'Second Wind', 'Boaty', 'Elian'],
      },
    ],
    comments: [
      'The terns thank you.',
      'I heard it from my kitchen!',
      'My grandfather set that buoy.',
      'Four minutes is nothing for 1931.',
      'Is the fish market open in this weather?',
    ],
  },
  bikes: {
    posts: [
      'Headwind both ways. How. #cycling',
      'New wheel built tonight: 32 spokes, one podcast, no swearing. #wheels',
      'If your chain squeaks, it is asking for oil. If your brakes squeak, please ask somebody else first. #cycling',
      'Rode in with @ this morning. Nobody overtook us because everybody waved. #cycling',
      'The new lane on Quay Street is finally connected to something. #cycling',
      'Cargo bike record: one dishwasher, one cactus, both upright. #cargobike',
      'Mudguards. That is the post. #cycling',
      'Puncture, rain, lost glove. Still better than the bus. #cycling',
      'Found a saddle in the hedge. It is a good saddle. What happened to you, friend? #cycling',
    ],
    images: [
      {
        text: 'True within half a millimetre. #wheels',
        ref: 'demo/wheel.jpg',
        alt: 'A bicycle wheel in a truing stand',
      },
    ],
    links: [
      {
        text: 'Spoke tension for the curious, with numbers. #wheels',
        url: 'https://example.org/wheels/tension',
      },
    ],
    polls: [{ text: 'In winter you ride with: #cycling', options: ['Spikes', 'Slicks and hope', 'The bus'] }],
    comments: [
      'A dishwasher?!',
      'Respect for the cactus.',
      'Slicks and hope.',
      'That lane took eleven years.',
      'Which hub is that?',
    ],
  },
  garden: {
    posts: [
      'First beans up. They look surprised too. #gardening',
      'Slugs 4, lettuce 0. #gardening',
      'Saved seed from the tall blue peas again. Tell me if you want some. #seeds',
      'The compost is warm this morning. I know how that sounds. #compost',
      'Planted garlic with @ in the rain, which is the correct way. #gardening',
      'Every gardener is an optimist with a bad back. #gardening',
      'The allotment shed leans two degrees more. We call it perspective. #allotment',
      'Chillies: labelled “mild”. Neighbour: labelled “liar”. #chilli',
      'Bees found the borage within an hour. Who tells them? #bees',
    ],
    images: [
      {
        text: 'Forty-one kinds, one table. #seeds',
        ref: 'demo/beans.jpg',
        alt: 'Many small bowls of different beans',
      },
    ],
    links: [
      {
        text: 'How to save tomato seed without making a mess. I make a mess. #seeds',
        url: 'https://example.org/garden/tomato-seed',
      },
    ],
    polls: [
      { text: 'What eats your lettuce? #gardening', options: ['Slugs', 'Rabbits', 'Me, occasionally'] },
    ],
    comments: [
      'Put out a saucer of beer.',
      'I would love some of those peas.',
      'Perspective!',
      'The bees have a newsletter.',
      'Mild is a state of mind.',
    ],
  },
  stars: {
    posts: [
      'Clear skies until two, seeing good, thermos full. See you on the pier. #astronomy',
      'Saturn’s rings through the drainpipe telescope. A child said “it has a hat”. #saturn',
      'The comet is where the numbers said it would be. It never gets old. #comet',
      'Signal of the day: a microwave oven, two doors down. #radio',
      'If you can see seven stars in the Pleiades your street light is broken. Do not report it. #astronomy',
      'Taught orbits with a bucket today. One casualty: my shoes. #physics',
      'Aurora forecast: maybe. Which is the best forecast. #aurora',
      'Dark adaptation takes twenty minutes. So does explaining it to @. #astronomy',
      'Moon too bright for galaxies, just right for the moon. #moon',
    ],
    images: [
      {
        text: 'Forty minutes, one cold roof. #aurora',
        ref: 'demo/aurora.jpg',
        alt: 'Green aurora above roofs',
      },
      {
        text: 'It has a hat. #saturn',
        ref: 'demo/saturn.jpg',
        alt: 'A small, slightly blurred Saturn with rings',
      },
    ],
    links: [{ text: 'This month’s sky in one page. #astronomy', url: 'https://example.org/sky/this-month' }],
    polls: [
      {
        text: 'What shall we point it at on Friday? #astronomy',
        options: ['The moon', 'Jupiter', 'A faint smudge', 'The lighthouse'],
        multiple: true,
      },
    ],
    comments: [
      'It does have a hat.',
      'A faint smudge, obviously.',
      'Clouds here. As always.',
      'Twenty minutes well spent.',
      'It is never aliens. But what if.',
    ],
  },
  run: {
    posts: [
      'Ten slow kilometres along the sea wall. Overtaken by a dog, twice. #running',
      'Hills are just speed work that respects you. #trailrunning',
      'Rest day. I am told it counts. #running',
      'Ran home from work and arrived before my motivation. #running',
      'New shoes: instantly slower, much happier. #running',
      'Six in the morning, nobody, herons. #running',
      'Met @ at the lighthouse steps. 162 up, 162 down, no conversation. #running',
      'Your hamstring is fine. Get up once an hour. #physio',
      'Parkrun on Saturday: bring a friend, bring a towel. #running',
    ],
    images: [
      {
        text: 'Six in the morning. #running',
        ref: 'demo/sea-wall.jpg',
        alt: 'An empty sea wall at dawn with a heron',
      },
    ],
    links: [{ text: 'How to run slowly, a guide. #running', url: 'https://example.org/run/slowly' }],
    polls: [{ text: 'Saturday: #running', options: ['The flat one', 'The hill', 'Pancakes'] }],
    comments: [
      'Pancakes.',
      'The dog sends regards.',
      'My hamstring disagrees.',
      'I will be the one walking.',
      'Herons are the best pacers.',
    ],
  },
} satisfies Readonly<Record<string, Topic>>;
