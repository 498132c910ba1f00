import { isSocialError } from '@socialkit/core';
import { doctorCommand } from './doctor-command.js';
import { jobsCommand } from './jobs-command.js';
import { migrateCommand } from './migrate-command.js';
import { type Terminal, UsageError } from './terminal.js';

const HELP = `socialkit: looks after the database of a social platform

  socialkit migrate                        create or update the tables, make partitions ahead
  socialkit doctor [--redis <url>] [--strict] [--json]
                                           check everything that is known to go wrong
  socialkit jobs dead [--queue <name>] [--limit <n>] [--json]
                                           list jobs that used up their attempts
  socialkit jobs replay <id>…              give them fresh attempts
  socialkit jobs replay --all [--queue <name>]

The database:
  --url <postgres://…>   or SOCIALKIT_DATABASE_URL, or DATABASE_URL
  --data <folder>        the embedded database in a folder; nothing else may have it open
  --schema <name>        or SOCIALKIT_SCHEMA; default socialkit

Exit codes: 0 done, 1 a check failed or a job was not found, 2 wrong call, 3 the command failed.`;

const COMMANDS: Readonly<Record<string, (args: readonly string[], terminal: Terminal) => Promise<number>>> = {
  migrate: migrateCommand,
  doctor: doctorCommand,
  jobs: jobsCommand,
};

const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

/** Runs one command. @param args without the program's name @returns the exit code, as the help describes */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help')) {
    terminal.out(HELP);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    terminal.err(`socialkit has no command "${name}"; see socialkit help`);
    return 2;
  }
  try {
    return await command(rest, terminal);
  } catch (error) {
    if (isUsage(error)) {
      terminal.err(`${error.message}\nsee socialkit help`);
      return 2;
    }
    const cause = isSocialError(error) && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    terminal.err(`${isSocialError(error) ? `${error.code}: ${error.message}` : String(error)}${cause}`);
    return 3;
  }
}
