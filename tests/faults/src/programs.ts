import { fork } from 'node:child_process';
import { on } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '@socialkit/test-services';

/**
 * Starts a program of this package: built code runs as it is, sources through the loader of the tests.
 * @param from `import.meta.url` of the caller @param folder of the program below `src` @param name without its ending
 */
export function startOwnProgram(from: string, folder: string, name: string, args: object): Program {
  const text = JSON.stringify(args);
  if (!from.endsWith('.js'))
    return startProgram(new URL(`./${folder}/${name}.ts`, import.meta.url), { args: [text] });
  // The bundler puts every entry beside the others.
  const child = fork(fileURLToPath(new URL(`./${name}.js`, import.meta.url)), [text], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal })),
  );
  const messages = on(child, 'message', { close: ['close'] });
  const kill = (signal: NodeJS.Signals = 'SIGKILL') => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid ?? -1,
    send: (value) => void child.send(value as object),
    async receive<T>() {
      const next = await messages.next();
      if (next.done) throw new Error(`${name} ended`);
      return (next.value as [T])[0];
    },
    ended,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill();
    },
  };
}
