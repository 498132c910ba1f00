import Table from 'cli-table3';
import type { ChatFaultResult } from './chat/run.js';
import type { ReviewFaultResult } from './review/run.js';

/** Violations that are written out. */
const SHOWN = 20;

/** An aligned table of what struck, and what came of it. */
export function printTable(result: ChatFaultResult): void {
  const table = new Table({
    head: ['fault', 'tried', 'counted'],
    style: { head: [], border: [] },
    colAligns: ['left', 'right', 'right'],
  });
  for (const { kind, tried, counted } of result.kinds) table.push([kind, tried, counted]);
  table.push(['all', result.kinds.reduce((sum, { tried }) => sum + tried, 0), result.counted]);
  const facts = [
    `seed ${result.seed}`,
    `${result.messages} messages`,
    `${result.events} events handled`,
    `${result.connections} connections`,
    `${result.repaired} repairs of the nodes that run at the end`,
    `${result.resets} states loaded anew`,
    `${Math.round(result.seconds)} s`,
    `${result.violations.length} violations`,
  ];
  process.stdout.write(`${table.toString()}\n${facts.join(', ')}\n`);
  for (const violation of result.violations.slice(0, SHOWN)) process.stdout.write(`  ${violation}\n`);
}

/** One line about a run of the review, and what it broke. */
export function printReview(result: ReviewFaultResult): void {
  const facts = [
    `seed ${result.seed}`,
    `${result.workers} moderators`,
    `${result.items} cases`,
    `${result.deaths} killed`,
    `${result.lostClaims} claims lost`,
    `at most ${result.overtaken} overtook one`,
    `${Math.round(result.seconds)} s`,
    `${result.violations.length} violations`,
  ];
  process.stdout.write(`${facts.join(', ')}\n`);
  for (const violation of result.violations.slice(0, SHOWN)) process.stdout.write(`  ${violation}\n`);
}
