import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CLOSE, SUBPROTOCOL } from './codes.js';
import { clientFrames, serverFrames } from './protocol.js';

const page = await readFile(fileURLToPath(new URL('../../../../docs/protocol.md', import.meta.url)), 'utf8');

/** Rows of the tables of the page: their first two cells. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

describe('docs/protocol.md', () => {
  it('names the subprotocol', () => {
    expect(page).toContain(`\`${SUBPROTOCOL}\``);
  });

  it('explains every frame and names its fields', () => {
    for (const [type, { shape }] of [...Object.entries(clientFrames), ...Object.entries(serverFrames)]) {
      const row = rows.find((cells) => cells[1] === `\`${type}\``);
      expect(row, type).toBeDefined();
      for (const field of Object.keys(shape).filter((name) => name !== 't'))
        expect(row?.[2], `${type}.${field}`).toContain(`\`${field}`);
    }
  });

  it('has every close code under its name', () => {
    for (const [name, { code }] of Object.entries(CLOSE)) {
      const row = rows.find((cells) => cells[1] === String(code));
      expect(row?.[2], name).toBe(`\`${name}\``);
    }
  });
});
