import { describe, expect, it } from 'vitest';
import { importProblems } from './imports.mjs';
import { importsOf } from './source-imports.mjs';

const problemsOf = (files: Record<string, string>): string[] =>
  importProblems(new Map(Object.entries(files))).map(({ where, what }) => `${where} ${what}`);

const CORE = {
  'packages/core/src/kernel/ids.ts': '',
  'packages/core/src/access/policy.ts': "import { compareIds } from '../kernel/ids.js';",
  'packages/core/src/graph/types.ts': '',
  'packages/core/src/graph/store.ts': '',
  'packages/core/src/graph/follow.ts': '',
};

const inPosts = (source: string): string[] =>
  problemsOf({ ...CORE, 'packages/core/src/posts/create.ts': source });

describe('what a source imports', () => {
  it('tells types from values, and finds calls, exports and side effects but not comments and strings', () => {
    const source = [
      "import type { A } from './a.js';",
      "import { type B, type C as D } from './b.js';",
      'import {',
      '  type E,',
      '  f,',
      "} from './c.js';",
      "export * from './d.js';",
      "import './e.js';",
      "const lazy = await import('./f.js');",
      "type G = typeof import('./g.js');",
      "// import { x } from './no.js';",
      "/* import './no.js'; */ const text = \"import './no.js'\";",
    ].join('\n');
    expect(importsOf(source).map(({ specifier, names, typeOnly }) => [specifier, names, typeOnly])).toEqual([
      ['./a.js', ['A'], true],
      ['./b.js', ['B', 'C'], true],
      ['./c.js', ['E', 'f'], false],
      ['./d.js', null, false],
      ['./e.js', null, false],
      ['./f.js', null, false],
      ['./g.js', null, true],
    ]);
  });
});

describe('the direction of imports', () => {
  it('accepts a slice on kernel, access, types and readers', () => {
    expect(
      inPosts(
        [
          "import { compareIds } from '../kernel/ids.js';",
          "import { canView } from '../access/policy.js';",
          "import { followSchema } from '../graph/types.js';",
          "import type { FollowReader } from '../graph/store.js';",
        ].join('\n'),
      ),
    ).toEqual([]);
  });

  it("refuses another slice's use cases, writers and reader values", () => {
    expect(inPosts("import { follow } from '../graph/follow.js';")).toHaveLength(1);
    expect(inPosts("import type { FollowWriter } from '../graph/store.js';")).toHaveLength(1);
    expect(inPosts("import { FollowReader } from '../graph/store.js';")).toHaveLength(1);
    expect(inPosts("import type { FollowReader, FollowWriter } from '../graph/store.js';")).toHaveLength(1);
  });

  it('refuses a kernel or a policy that knows a slice', () => {
    expect(
      problemsOf({
        ...CORE,
        'packages/core/src/kernel/page.ts': "import type { Follow } from '../graph/types.js';",
      }),
    ).toEqual(['packages/core/src/kernel/page.ts:1 kernel imports graph/types.ts']);
    expect(
      problemsOf({
        ...CORE,
        'packages/core/src/access/facts.ts': "import { follow } from '../graph/follow.js';",
      }),
    ).toHaveLength(1);
    expect(
      problemsOf({
        ...CORE,
        'packages/core/src/access/facts.ts': "import type { Follow } from '../graph/types.js';",
      }),
    ).toEqual([]);
  });

  it('refuses imports upwards and sideways between packages, and accepts them downwards', () => {
    const of = (path: string, specifier: string) =>
      problemsOf({ [path]: `import { x } from '${specifier}';` }).length;
    expect(of('packages/core/src/posts/create.ts', '@socialkit/feed')).toBe(1);
    expect(of('packages/feed/src/timelines/reads.ts', '@socialkit/chat')).toBe(1);
    expect(of('packages/chat/src/messages/send.ts', '@socialkit/adapters/redis')).toBe(1);
    expect(of('packages/feed/src/timelines/reads.ts', '@socialkit/core')).toBe(0);
    expect(of('packages/adapters/src/kit/slices.ts', '@socialkit/feed')).toBe(0);
    expect(of('examples/server/src/main.ts', '@socialkit/adapters')).toBe(0);
  });

  it('refuses a relative path into another package', () => {
    const files = {
      'packages/core/src/kernel/ids.ts': '',
      'packages/feed/src/x.ts': "import { ids } from '../../core/src/kernel/ids.js';",
    };
    expect(problemsOf(files)).toHaveLength(1);
  });

  it('refuses libraries outside of their folder', () => {
    const of = (path: string, specifier: string) =>
      problemsOf({ [path]: `import x from '${specifier}';` }).length;
    expect(of('packages/adapters/src/kit/options.ts', 'pg')).toBe(1);
    expect(of('packages/core/src/posts/create.ts', 'kysely')).toBe(1);
    expect(of('packages/adapters/src/redis/client.ts', 'hono/cors')).toBe(1);
    expect(of('packages/adapters/src/http/handler.ts', 'hono/cors')).toBe(0);
    expect(of('packages/adapters/src/pglite/open-pglite.ts', '@electric-sql/pglite/contrib/unaccent')).toBe(
      0,
    );
    expect(of('bench/src/main.ts', 'ioredis')).toBe(0);
  });

  it('refuses test support in product code, and lets tests look everywhere in their package', () => {
    const files = { ...CORE, 'packages/core/src/graph/store.suite.ts': '' };
    const suite = "import { suite } from '../graph/store.suite.js';";
    expect(problemsOf({ ...files, 'packages/core/src/posts/create.ts': suite })).toHaveLength(1);
    expect(
      problemsOf({ ...files, 'packages/core/src/posts/create.ts': "import { it } from 'vitest';" }),
    ).toHaveLength(1);
    expect(
      problemsOf({
        ...files,
        'packages/core/src/posts/create.test.ts': `${suite}\nimport { it } from 'vitest';\nimport { follow } from '../graph/follow.js';`,
      }),
    ).toEqual([]);
  });

  it('finds circles of values, and not of types', () => {
    const circle = (word: string) =>
      problemsOf({
        'packages/feed/src/a.ts': "import { b } from './b.js';",
        'packages/feed/src/b.ts': "import { c } from './c.js';",
        'packages/feed/src/c.ts': `import ${word}{ a } from './a.js';`,
      });
    expect(circle('')).toEqual([
      'packages/feed/src/a.ts imports run in a circle: packages/feed/src/a.ts -> packages/feed/src/b.ts -> packages/feed/src/c.ts -> packages/feed/src/a.ts',
    ]);
    expect(circle('type ')).toEqual([]);
  });
});
