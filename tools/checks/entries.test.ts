import { expect, it } from 'vitest';
import { entryProblems } from './entries.mjs';

const entry = (name: string) => ({
  '@socialkit/source': `./src/${name}.ts`,
  types: `./dist/${name}.d.ts`,
  default: `./dist/${name}.js`,
});
const tsup = (...names: string[]) =>
  `export default defineConfig({ entry: [${names.map((name) => `'src/${name}.ts'`)}] });`;
const whatIn = (
  exports: object,
  config: string,
  missing: string[] = [],
  bin: Record<string, string> = {},
): string[] =>
  entryProblems('packages/x', { exports, bin }, config, (path) => !missing.includes(path)).map(
    ({ what }) => what,
  );

it('accepts exports that are the built entries', () => {
  expect(whatIn({ '.': entry('index'), './package.json': './package.json' }, tsup('index'))).toEqual([]);
  expect(whatIn({ '.': entry('index') }, tsup('index', 'cli'), [], { socialkit: './dist/cli.js' })).toEqual(
    [],
  );
});

it('names an entry that is not built, one that is built for nothing, and a missing file', () => {
  expect(whatIn({ '.': entry('index'), './redis': entry('redis') }, tsup('index'))).toEqual([
    'does not build src/redis.ts',
  ]);
  expect(whatIn({ '.': entry('index') }, tsup('index', 'redis'))).toEqual([
    'exports nothing of src/redis.ts, which tsup builds',
  ]);
  expect(whatIn({ '.': entry('index') }, tsup('index'), ['./dist/index.d.ts'])).toEqual([
    '"." names ./dist/index.d.ts, which is not there',
  ]);
});

it('refuses an entry whose types come last or from elsewhere', () => {
  expect(whatIn({ '.': { default: './dist/index.js', types: './dist/index.d.ts' } }, tsup())).toHaveLength(1);
  expect(whatIn({ '.': { ...entry('index'), types: './dist/other.d.ts' } }, tsup('index'))).toHaveLength(2);
});
