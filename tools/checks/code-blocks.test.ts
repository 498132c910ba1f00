import { expect, it } from 'vitest';
import { codeBlocks, toModules } from './code-blocks.mjs';

const TICKS = '```';
const markdown = [
  '# Title',
  `${TICKS}ts`,
  'const a = 1;',
  TICKS,
  '<!-- file: kit.ts -->',
  `${TICKS}ts`,
  'export const b = 2;',
  TICKS,
  `${TICKS}sh`,
  'npm start',
  TICKS,
  `${TICKS}ts no-check it fails on purpose`,
  'const c: string = 3;',
  TICKS,
  '<!-- file: kit.ts -->',
  `${TICKS}typescript`,
  'export const d = b;',
  TICKS,
  `${TICKS}ts no-check`,
  TICKS,
].join('\n');

it('finds TypeScript blocks with their lines, names and reasons', () => {
  expect(codeBlocks(markdown).map(({ line, file, unchecked }) => [line, file, unchecked])).toEqual([
    [3, undefined, undefined],
    [7, 'kit.ts', undefined],
    [13, undefined, 'it fails on purpose'],
    [17, 'kit.ts', undefined],
    [20, undefined, ''],
  ]);
});

it('joins blocks of one file and remembers where each line stands', () => {
  expect(toModules(codeBlocks(markdown))).toEqual([
    { name: 'block-1.ts', text: 'const a = 1;\nexport {};\n', lines: [3] },
    { name: 'kit.ts', text: 'export const b = 2;\nexport const d = b;\nexport {};\n', lines: [7, 17] },
  ]);
});

it('does not take an example of a fence for one', () => {
  expect(codeBlocks(['````md', `${TICKS}ts`, 'nonsense', TICKS, '````'].join('\n'))).toEqual([]);
});
