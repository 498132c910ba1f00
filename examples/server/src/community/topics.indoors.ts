import type { Topic } from './topic.js';

/** What is said at tables and desks. */
export const INDOORS = {
  kitchen: {
    posts: [
      'Rule one of sourdough: the starter decides when it is morning. #bread',
      'Salt your pasta water like you mean it. #cooking',
      'Tried the aubergine thing @ posted. We are now an aubergine household. #cooking',
      'Forty litres of tomato sauce, two burnt fingers, one very clean kitchen. #preserves',
      'A knife is only as sharp as the last time you were patient. #cooking',
      'The trick is to let the onions take all the time they want. They know. #cooking',
      'Day nine of the rye experiment. It has developed opinions. #bread',
      'Unpopular view: the crust is the best part and I will not be sharing it. #bread',
      'Made my aunt’s lentil soup. She says it needs more lemon. It always needs more lemon. #soup',
      'Sold out at 10:15. Sorry! Tomorrow we bake twenty more. #bread',
    ],
    images: [
      {
        text: 'Crumb shot, because you asked. #bread',
        ref: 'demo/crumb.jpg',
        alt: 'A sliced loaf of bread with an open crumb',
      },
      {
        text: 'Noodles for one, light for free. #noodles',
        ref: 'demo/noodles.jpg',
        alt: 'A bowl of noodles by a window',
      },
    ],
    links: [
      {
        text: 'The best explanation of why dough rises that I know. #bread',
        url: 'https://example.org/kitchen/why-dough-rises',
      },
    ],
    polls: [
      {
        text: 'Which should stay on the menu? #bread',
        options: ['Walnut rye', 'Olive', 'Plain, and proud of it'],
        multiple: true,
      },
    ],
    comments: [
      'More lemon. Always.',
      'What flour is that?',
      'I tried this and my smoke alarm loved it.',
      'Twenty more? I will take nineteen.',
      'How long did it rest?',
    ],
  },
  code: {
    posts: [
      'Deleted 2,000 lines today. Everything still works. Slightly suspicious. #coding',
      'A cache is a promise to be wrong quickly. #coding',
      'Today’s bug was a time zone. Yesterday’s bug was a time zone. #coding',
      'Wrote the test first, and it passed. Now I trust neither. #testing',
      'If the error message does not say what to do next, it is only half an error message. #coding',
      'Spent the day teaching a query planner what an index is for. It listened in the end. #databases',
      'Tab through your own form once. Just once. Then fix it. #accessibility',
      'Release day. 14 commits, 9 of them about commas. #opensource',
      'Keyset pages, everyone. Nobody ever wanted page 4,016. #databases',
      'Small thank-you to @ for a bug report with a reproduction, a fix, and a joke. #opensource',
    ],
    images: [
      {
        text: 'My review setup: two screens, one plant, zero mercy. #coding',
        ref: 'demo/desk.jpg',
        alt: 'A desk with two monitors and a small plant',
      },
    ],
    links: [
      {
        text: 'Notes on locking before reading, with diagrams. #databases',
        url: 'https://example.org/notes/lock-before-you-read',
      },
    ],
    polls: [{ text: 'Be honest: #coding', options: ['Tabs', 'Spaces', 'Whatever the formatter says'] }],
    comments: [
      'It is always a time zone.',
      'Which planner?',
      'Fourteen commits and a partridge.',
      'We rewrote ours and learned the same thing.',
      'The formatter says, and I obey.',
    ],
  },
  books: {
    posts: [
      'Returned today: a novel, nine years late, with a pressed flower and an apology. Fine waived. #library',
      'Reading group on Thursday: chapters four to seven, and Ida brings the cake. #books',
      'A sentence I had to translate three times: “It was raining the way it rains in letters.” #translation',
      'Short books are not unfinished long books. #books',
      'The quiet room is quiet again. Thank you, whoever oiled the door. #library',
      'I alphabetised my shelves and now I can find everything and recognise nothing. #books',
      'Chapter nineteen is done. The harbour master did it. I mean, did he? #writing',
      'Lent my favourite book to @ and now I check the post like a lovesick person. #books',
      'Poetry shelf moved to the window. It was complaining about the light. #library',
    ],
    images: [
      {
        text: 'The returns shelf on a Monday. #library',
        ref: 'demo/returns-shelf.jpg',
        alt: 'A shelf full of returned books',
      },
    ],
    links: [{ text: 'A lovely essay on marginalia. #books', url: 'https://example.org/essays/marginalia' }],
    polls: [
      {
        text: 'Next for the reading group? #books',
        options: ['The long one', 'The sad one', 'The one with the dog'],
      },
    ],
    comments: [
      'The one with the dog, please.',
      'What flower was it?',
      'I would read a whole book of that sentence.',
      'My fine is older than that.',
      'Save me a slice.',
    ],
  },
  music: {
    posts: [
      'Rehearsal tonight at seven. Bring a pencil and lower expectations. #music',
      'The piano at the station is in tune again. Be gentle. #piano',
      'Learned the hard bar. It was the easy bar that got me. #practice',
      'Built a synth that sounds like a fridge with feelings. #synth',
      'Breathing is the only note everybody can play. #choir',
      'Fixed an accordion older than the railway. It wheezed and then it sang. #accordion',
      'New strings. The whole flat smells of rosin and hope. #practice',
      'Recording with @ on Sunday. Drums in the kitchen, as tradition demands. #music',
      'Shanty night moved to the boat shed: better echo, worse chairs. #shanty',
    ],
    images: [
      {
        text: 'Third row, second song. #livemusic',
        ref: 'demo/third-row.jpg',
        alt: 'A singer on a small stage in blue light',
      },
    ],
    links: [
      {
        text: 'Why pianos are tuned a little wrong on purpose. #piano',
        url: 'https://example.org/music/temperament',
      },
    ],
    polls: [{ text: 'Encore? #music', options: ['The slow one', 'The fast one', 'Home, it is late'] }],
    comments: [
      'The slow one, always.',
      'Your fridge has range.',
      'I will bring the good chairs.',
      'That station piano has a sticky F.',
      'Save me a seat in the third row.',
    ],
  },
  photo: {
    posts: [
      'Light like this lasts four minutes. I was changing film for three of them. #photography',
      'A stranger let me take her portrait today and then told me her whole life. Best day. #portrait',
      'Metered for the fog, printed for the mood. #film',
      'The best camera is the one whose battery you charged. #photography',
      'Developed ten rolls. Nine of them were keys in my pocket. #film',
      'Scanned a box of harbour photographs from 1952. Somebody wrote “not this one” on the best one. #archive',
      'Went out for sunrise with @. Sun had other plans. #photography',
      'Cropping is editing. Editing is honesty with a delay. #photography',
    ],
    images: [
      {
        text: 'Four minutes. #goldenhour',
        ref: 'demo/four-minutes.jpg',
        alt: 'Low golden light over a wet street',
      },
      {
        text: 'Not this one, they said. #archive',
        ref: 'demo/not-this-one.jpg',
        alt: 'An old photograph of people laughing on a pier',
      },
      {
        text: 'Dew, an hour after sunrise. #macro',
        ref: 'demo/dew.jpg',
        alt: 'Drops of dew on a leaf, very close',
      },
    ],
    links: [
      { text: 'On asking strangers for portraits. #portrait', url: 'https://example.org/photo/asking' },
    ],
    polls: [{ text: 'Print size for the show? #photography', options: ['Small and many', 'Large and few'] }],
    comments: [
      'The light!',
      'Film or digital?',
      'I would hang this.',
      'That box is a treasure.',
      'Keys in pocket is a whole genre.',
    ],
  },
} satisfies Readonly<Record<string, Topic>>;
