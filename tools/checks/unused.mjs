import { runTool } from './run.mjs';

const MEND = {
  files: 'Import it from where it is needed, or delete it.',
  exports: 'Use it elsewhere, or take the word "export" away.',
  dependencies: 'Remove it from package.json, or import it.',
  missing:
    'Add it to the package.json of this package; versions stand in the catalog of pnpm-workspace.yaml.',
  other: 'See https://knip.dev; the configuration is knip.config.js.',
};

/** What knip calls a kind of finding, in words. */
const KINDS = {
  files: ['a file that nothing imports', MEND.files],
  dependencies: ['a dependency that nothing imports', MEND.dependencies],
  devDependencies: ['a dependency that nothing imports', MEND.dependencies],
  optionalPeerDependencies: ['an optional peer that is imported without being installed', MEND.missing],
  unlisted: ['imported, but not in package.json', MEND.missing],
  binaries: ['a program that no dependency brings', MEND.missing],
  unresolved: ['an import that leads nowhere', MEND.other],
  exports: ['an export that nothing imports', MEND.exports],
  types: ['an exported type that nothing imports', MEND.exports],
  nsExports: ['an export that nothing imports', MEND.exports],
  nsTypes: ['an exported type that nothing imports', MEND.exports],
  duplicates: ['exported twice under two names', MEND.exports],
  enumMembers: ['a member that nothing uses', MEND.exports],
  catalog: ['in the catalog, but in no package.json', 'Remove it from the catalog of pnpm-workspace.yaml.'],
};

const nameOf = (entry) => (Array.isArray(entry) ? entry.map(({ name }) => name).join(', ') : entry.name);

/** Unused files, exports and dependencies, and missing ones, by knip. */
export const checkUnused = async (root) => {
  const { code, stdout, stderr } = await runTool(root, 'knip', [
    '--no-progress',
    '--no-config-hints',
    '--reporter',
    'json',
  ]);
  if (code > 1)
    return {
      looked: 'nothing',
      problems: [{ where: 'knip.config.js', what: stderr.trim(), mend: MEND.other }],
    };
  const problems = [];
  for (const issue of JSON.parse(stdout).issues) {
    for (const [kind, entries] of Object.entries(issue)) {
      if (!Array.isArray(entries)) continue;
      const [what, mend] = KINDS[kind] ?? [kind, MEND.other];
      for (const entry of entries) {
        const line = entry.line === undefined ? '' : `:${entry.line}`;
        const name = kind === 'files' ? '' : `: ${nameOf(entry)}`;
        problems.push({ where: `${issue.file}${line}`, what: `${what}${name}`, mend });
      }
    }
  }
  return { looked: 'all packages', problems };
};
