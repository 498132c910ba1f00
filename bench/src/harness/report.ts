import Table from 'cli-table3';
import type { Metric } from './metric.js';

/** One JSON object a line on standard output: nothing else is ever written there in JSON mode. */
export function printJson(metrics: readonly Metric[]): void {
  for (const metric of metrics) process.stdout.write(`${JSON.stringify(metric)}\n`);
}

/** An aligned table on standard output. */
export function printTable(metrics: readonly Metric[]): void {
  const table = new Table({
    head: ['', 'measured', 'value', 'unit', 'goal', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'left', 'left', 'left'],
  });
  for (const { metric, name, value, unit, goal, ok } of metrics)
    table.push([metric, name, String(value), unit, goal ?? '', ok === null ? '' : ok ? 'reached' : 'MISSED']);
  process.stdout.write(`${table.toString()}\n`);
}
