import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const BUILT = fileURLToPath(new URL('../dist/main.js', import.meta.url));

describe('the chat example', () => {
  it('loses nothing when its server is killed', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [BUILT], { timeout: 280_000 });
    expect(stdout).toContain('both saw the same 6 messages');
    for (const name of ['anna', 'ben']) {
      const numbers = [...stdout.matchAll(new RegExp(`^${name} \\| #(\\d+) `, 'gm'))].map(([, seq]) =>
        Number(seq),
      );
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6]);
    }
    expect(stdout).toMatch(/anna \| - connection lost/);
  }, 300_000);
});
