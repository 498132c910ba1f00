import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const BUILT = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe('the moderation example', () => {
  it('walks a case from the report to the overturned decision', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [BUILT], { timeout: 280_000 });
    const steps = [
      'The queue of the morning',
      'mia claims a case',
      'verdict: removed',
      'ben reads of his report: upheld',
      'bakery gets a statement of reasons',
      'bakery appeals',
      'mia asks for an appeal and gets none',
      'noor claims it',
      'verdict: overturned',
      'the post is published again',
      'what was wrong was put right',
    ];
    const places = steps.map((step) => stdout.indexOf(step));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  }, 300_000);
});
