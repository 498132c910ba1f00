import { Command } from 'ioredis';
import type { RedisClient } from '../client.js';
import type { RedisScript } from '../script.js';
import type { PackedKeys } from './packed-keys.js';

/** A script call most of whose keys are packed already. */
export interface PackedCall {
  readonly script: RedisScript;
  /** The first key; on a Cluster it stands for the slot of all. */
  readonly first: string;
  /** The further keys. */
  readonly keys: PackedKeys;
  readonly args: readonly (string | number)[];
}

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
const bulks = (texts: readonly (string | number)[]): string =>
  texts.map((text) => bulk(String(text))).join('');

/** A command whose bytes are given: the driver routes, times and answers it as one of its own. */
function packed(name: 'eval' | 'evalsha', script: string, { first, keys, args }: PackedCall): Command {
  const tail = bulks(args);
  const start = [name, script, keys.count + 1, first];
  const count = `*${start.length + keys.count + args.length}\r\n`;
  // What the driver looks at to find the slot.
  const command = new Command(name, [script, '1', first], { replyEncoding: 'utf8' });
  command.toWritable = () =>
    name === 'evalsha'
      ? keys.frame(count + bulks(start), tail)
      : Buffer.concat([Buffer.from(count + bulks(start)), keys.frame('', tail)]);
  return command;
}

const isUnknownScript = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('NOSCRIPT');

/**
 * Runs a script by name, and by text when the server does not know it yet. The driver spends much of a microsecond on each
 * argument of a command; keys that come packed cost it nothing.
 */
export async function callPacked(client: RedisClient, call: PackedCall): Promise<unknown> {
  const send = (command: Command): Promise<unknown> => {
    client.sendCommand(command);
    return command.promise;
  };
  try {
    return await send(packed('evalsha', call.script.sha, call));
  } catch (error) {
    if (!isUnknownScript(error)) throw error;
    return send(packed('eval', call.script.lua, call));
  }
}
