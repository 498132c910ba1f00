import { codeBlocks } from './tools/checks/code-blocks.mjs';

/** Code blocks of documents count as users of what they import; what they import from each other is in the same text. */
const blocksOf = (text) =>
  codeBlocks(text)
    .filter(({ unchecked }) => unchecked === undefined)
    .map(({ code }) => code.replace(/^import .* from '\.\/[\w.-]+';$/gm, ''))
    .join('\n');

export default {
  compilers: { md: blocksOf },
  // What a function of the same file takes, gives or promises a number of is part of that function's contract.
  ignoreExportsUsedInFile: true,
  workspaces: {
    '.': {
      entry: ['tools/check.mjs'],
      project: ['tools/**/*.{mjs,ts}'],
    },
    'packages/*': {
      entry: ['src/**/*.program.ts'],
      project: ['src/**/*.ts'],
      // Programs of the machine: what needs them says so and is skipped without.
      ignoreBinaries: ['ffmpeg', 'ffprobe'],
    },
    'examples/*': {
      entry: ['src/main.ts'],
      project: ['src/**/*.ts'],
    },
    'examples/dashboard': {
      entry: ['src/main.ts', 'src/web/main.tsx'],
      project: ['src/**/*.{ts,tsx}'],
    },
    evaluate: {
      entry: ['src/main.ts'],
      project: ['src/**/*.ts'],
    },
    bench: {
      entry: ['src/main.ts'],
      project: ['src/**/*.ts'],
    },
    docs: {
      entry: ['**/*.md'],
      project: ['**/*.md'],
      // The packages that examples may import, whether or not one does.
      ignoreDependencies: [/^@socialkit\//, '@types/node', 'zod'],
    },
    'tests/faults': {
      entry: ['src/main.ts', 'src/**/*.program.ts'],
      project: ['src/**/*.ts'],
    },
    'tests/services': {
      entry: ['src/global-setup.ts', 'src/**/*.program.ts', 'hooks/*.mjs'],
      project: ['src/**/*.ts', 'hooks/*.mjs'],
    },
  },
};
