import { createSocialKit } from '@socialkit/adapters';
import { playStory } from './story.js';

const print = (line: string) => void process.stdout.write(`${line}\n`);

// The embedded database, the shipped pipeline, no key: nothing is fetched and nothing is configured.
await using kit = await createSocialKit({ moderation: { review: { qualityShare: 0 } } });
const fair = await playStory(kit, print);
print(fair ? 'what was wrong was put right' : 'something is not as it should be');
if (!fair) process.exitCode = 1;
