import type { Topic, TopicName } from './topic.js';
import { INDOORS } from './topics.indoors.js';
import { OUTDOORS } from './topics.outdoors.js';

/** What people answer to anything. */
export const SMALL_TALK: readonly string[] = [
  'This made my morning.',
  'Saving this one.',
  'Agreed, and I did not expect to.',
  'Wait, since when?',
  'Tell me more.',
  'Same here!',
  'I needed to read that today, thank you.',
  'Counterpoint: no.',
  'You have convinced me to try.',
  'Sending this to my sister.',
  'Where was this? I walk past there every day.',
  'Ha! Exactly.',
];

/** What people answer to answers. */
export const REPLIES: readonly string[] = [
  'Thank you!',
  'Fair point.',
  'Not quite, but close.',
  'Good question, I will ask.',
  'Come along next time.',
  'I thought so too until last week.',
  'Yes. Twice.',
  'Let me look it up and get back to you.',
];

/** What people write above a post they quote. */
export const QUOTES: readonly string[] = [
  'Read this before you scroll on.',
  'This, but louder.',
  'Still thinking about this one.',
  'For those who asked me last week:',
  'More of this, please.',
];

/** Everything there is to say. */
export const TOPICS: Readonly<Record<TopicName, Topic>> = { ...OUTDOORS, ...INDOORS };
