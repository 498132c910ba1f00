// Checks of the house itself: `node tools/check.mjs [name ...]`, after a build.
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { checkDocs } from './checks/docs.mjs';
import { checkEntries } from './checks/entries.mjs';
import { checkFiles } from './checks/files.mjs';
import { checkImports } from './checks/imports.mjs';
import { checkPackages } from './checks/packages.mjs';
import { formatProblems, formatTable } from './checks/report.mjs';
import { checkUnused } from './checks/unused.mjs';

/** Each check takes the root folder and gives `{ looked, problems }`; see checks/report.mjs. */
const CHECKS = {
  imports: checkImports,
  files: checkFiles,
  entries: checkEntries,
  packages: checkPackages,
  unused: checkUnused,
  docs: checkDocs,
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(CHECKS, name));
if (unknown.length > 0) {
  console.error(`unknown check ${unknown.join(', ')}; there are ${Object.keys(CHECKS).join(', ')}`);
  process.exit(2);
}

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
const chosen = Object.entries(CHECKS).filter(
  ([name]) => positionals.length === 0 || positionals.includes(name),
);
const results = [];
for (const [name, check] of chosen) {
  const start = performance.now();
  const { looked, problems } = await check(root);
  results.push({ name, looked, problems, seconds: (performance.now() - start) / 1000 });
}

console.log(formatTable(results));
const failed = results.filter(({ problems }) => problems.length > 0);
for (const { name, problems } of failed) console.log(formatProblems(name, problems));
process.exitCode = failed.length > 0 ? 1 : 0;
