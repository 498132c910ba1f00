import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { counted } from './report.mjs';
import { sourceFiles } from './source-files.mjs';
import { withoutComments } from './source-imports.mjs';

const CHECKED = /^(packages\/[^/]+\/src|examples\/[^/]+\/src|bench\/src|tests|tools)\/.*\.(ts|tsx|mjs|js)$/;
const LINE_LIMIT = 400;

/** Words that say nothing about what is in a file. */
const EMPTY_WORDS = /(^|[-.])(utils?|utilities|helpers?|managers?|common|misc|data|info|stuff)(?=[-.])/;
const EMPTY_EXPORT =
  /^[ \t]*export\s+(?:async\s+)?(?:const|let|function|class|interface|type|enum)\s+(\w*(?:Utils?|Helpers?|Managers?|Misc)|(?:utils?|helpers?|misc))\b/gm;
const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.(ts|tsx|mjs|js)$/;
// A skip that gives its reason in the title, like `[skipped: one process]`, is honest.
const FOCUSED = /\b(it|test|describe)\.(only|todo|skip(?![\s\S]{0,300}\[skipped: ))\b/g;
const LOOSE_END = /\b(TODO(?!\(#\d+\))|FIXME|XXX)\b/g;
const SUPPRESSED = /@ts-(ignore|nocheck|expect-error)(?![^\n]*\S{3}[^\n]*\S{3})/g;

const MEND = {
  size: `Split it by use case, under ${LINE_LIMIT} lines, each part named after what it does.`,
  name: 'Name it after what it is; no utils, helpers, manager, common, misc, data or info.',
  kebab: 'Name files in kebab-case.',
  focused:
    'Run every test; a skip says why in its title: [skipped: <reason>]. describePostgres and its kin do so.',
  loose: 'Do it now, or open an issue and write @TODO(#123).',
  suppressed: 'Fix the type; where that is impossible, say why on the same line.',
};

const eachMatch = (path, text, pattern, what, mend) =>
  [...text.matchAll(pattern)].map((match) => ({
    where: `${path}:${text.slice(0, match.index).split('\n').length}`,
    what: `${what}: ${match[0].trim()}`,
    mend,
  }));

/**
 * What is wrong with one file's size, name and loose ends.
 *
 * @returns {import('./report.mjs').Problem[]}
 */
export const fileProblems = (path, text) => {
  const problems = [];
  const name = basename(path);
  const isTest = /\.test\.tsx?$/.test(path);
  const lines = text.split('\n').length - 1;
  if (lines > LINE_LIMIT && !isTest) problems.push({ where: path, what: `${lines} lines`, mend: MEND.size });
  if (!KEBAB.test(name)) problems.push({ where: path, what: `the name ${name}`, mend: MEND.kebab });
  for (const part of path.split('/')) {
    const word = EMPTY_WORDS.exec(`${part}.`)?.[2];
    if (word) problems.push({ where: path, what: `"${word}" in ${part} says nothing`, mend: MEND.name });
  }
  const code = withoutComments(text);
  problems.push(...eachMatch(path, code, EMPTY_EXPORT, 'an empty name', MEND.name));
  // Its own patterns and examples name what they look for.
  if (!path.startsWith('tools/checks/')) {
    if (isTest) problems.push(...eachMatch(path, text, FOCUSED, 'not every test runs', MEND.focused));
    problems.push(...eachMatch(path, text, LOOSE_END, 'a loose end', MEND.loose));
    problems.push(...eachMatch(path, text, SUPPRESSED, 'the compiler is silenced', MEND.suppressed));
  }
  return problems;
};

/** Sizes, names and loose ends of all sources. */
export const checkFiles = async (root) => {
  const paths = sourceFiles(root, CHECKED);
  return {
    looked: counted(paths.length, 'file'),
    problems: paths.flatMap((path) => fileProblems(path, readFileSync(join(root, path), 'utf8'))),
  };
};
