import { superviseServer } from './supervised-server.js';
import { openTerminal, type Terminal } from './terminal.js';

/** Resolves when everybody shows so many messages. */
async function everybodyShows(count: number, people: readonly Terminal[]): Promise<void> {
  while (people.some(({ conversation }) => conversation.messages().length < count))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

/**
 * The story of the example: two people talk, the server dies in the middle of it, they go on writing, it comes back, and both
 * have everything, once and in the same order.
 *
 * @returns whether that is so
 */
export async function playScript(print: (line: string) => void): Promise<boolean> {
  const server = await superviseServer();
  const people: Terminal[] = [];
  try {
    print('* the server starts');
    const ready = await server.start();
    const [anna, ben] = ['anna', 'ben'].map((name) => openTerminal(name, ready, print)) as [
      Terminal,
      Terminal,
    ];
    people.push(anna, ben);
    await Promise.all(people.map(({ conversation }) => conversation.ready()));
    await anna.say('Shall we meet at the lake?');
    await ben.say('Gladly. When?');
    await everybodyShows(2, people);

    print('* the server is killed with SIGKILL; both go on writing');
    await server.kill();
    const unsent = [anna.say('At six?'), anna.say('Or rather at seven.'), ben.say('Seven is better.')];
    print(
      `* waiting for the server: ${people.flatMap(({ conversation }) => conversation.pending()).length} messages`,
    );

    print('* the server starts again');
    await server.start();
    await Promise.all(unsent);
    ben.cut();
    await anna.say('See you there.');
    await everybodyShows(6, people);

    const [first, second] = people.map(({ conversation }) =>
      conversation.messages().map(({ seq, authorId, text }) => `${seq} ${authorId} ${text}`),
    );
    const late = openTerminal('ben', ready, () => {});
    people.push(late);
    await late.conversation.ready();
    const fresh = late.conversation.messages().map(({ seq, authorId, text }) => `${seq} ${authorId} ${text}`);
    const same = [first, second].every((texts) => texts?.join('\n') === fresh.join('\n'));
    print(
      same
        ? `* both saw the same ${fresh.length} messages, once and in order, and so does who comes now`
        : '* SOMETHING WAS LOST OR DOUBLED',
    );
    return same && fresh.length === 6;
  } finally {
    for (const person of people) person.close();
    await server.close();
  }
}
