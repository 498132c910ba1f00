import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Paths from the root of the files git knows or would take, matching `pattern`. Deleted ones are left out. */
export const sourceFiles = (root, pattern) =>
  execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 64 * 1024 * 1024,
  })
    .toString()
    .split('\0')
    .filter((path) => path !== '' && pattern.test(path) && existsSync(join(root, path)))
    .filter((path, index, all) => all.indexOf(path) === index)
    .sort();

/** TypeScript sources of packages, examples and bench. */
export const SOURCES = /^(packages\/[^/]+|examples\/[^/]+|bench)\/src\/.*\.tsx?$/;

/** Files that only tests load: they may look anywhere, and nothing else may look at them. */
export const isTestSupport = (path) =>
  /\.(test|suite|program)\.tsx?$/.test(path) ||
  /\/src\/(.*\/)?testing(\.ts$|\/)/.test(path) ||
  /\/(sample|suite)-[^/]*\.ts$/.test(path);
