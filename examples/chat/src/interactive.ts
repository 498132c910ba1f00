import { createInterface } from 'node:readline/promises';
import { superviseServer } from './supervised-server.js';
import { openTerminal, type Terminal } from './terminal.js';

const HELP = `Write "anna hello" or "ben hello"; the other one sees it. What you can break:
  kill      kills the server with SIGKILL; write on meanwhile
  start     starts it again on the same data
  cut ben   drops the connection of one of them
  quit`;

/** Two people in one terminal, and a server to kill. */
export async function playInteractive(print: (line: string) => void): Promise<void> {
  const server = await superviseServer();
  const ready = await server.start();
  const people = new Map<string, Terminal>(
    Object.keys(ready.accounts).map((name) => [name, openTerminal(name, ready, print)]),
  );
  print(HELP);
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  try {
    for await (const line of lines) {
      const [word = '', ...rest] = line.trim().split(/\s+/);
      if (word === 'quit') break;
      if (word === 'kill') await server.kill();
      else if (word === 'start') await server.start();
      else if (word === 'cut') people.get(rest[0] ?? '')?.cut();
      else if (people.has(word) && rest.length > 0)
        people
          .get(word)!
          .say(rest.join(' '))
          .catch((error: Error) => print(`${word} | - ${error.message}`));
      else if (word !== '') print(HELP);
    }
  } finally {
    lines.close();
    for (const person of people.values()) person.close();
    await server.close();
  }
}
