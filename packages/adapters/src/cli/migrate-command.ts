import { parseArgs } from 'node:util';
import { systemClock } from '@socialkit/core';
import { migrate } from '../postgres/migrate.js';
import { openTarget, TARGET_FLAGS } from './target.js';
import type { Terminal } from './terminal.js';

/** `socialkit migrate`: brings the schema up to date and makes the partitions ahead. @returns the exit code */
export async function migrateCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: TARGET_FLAGS });
  const target = await openTarget(values, terminal);
  try {
    const { applied, partitions } = await migrate(target.postgres, systemClock.now());
    for (const name of applied) terminal.out(`applied  ${name}`);
    if (partitions.length > 0) terminal.out(`made     ${partitions.length} partitions`);
    terminal.out(applied.length === 0 ? `up to date: ${target.name}` : `migrated: ${target.name}`);
    return 0;
  } finally {
    await target.close();
  }
}
