/**
 * @typedef {object} Problem One thing a check found.
 * @property {string} where A path from the root, with `:line` where there is one.
 * @property {string} what What is wrong, in one sentence.
 * @property {string} mend What to do about it.
 *
 * @typedef {object} CheckResult
 * @property {string} looked What was looked at, for example `214 files`.
 * @property {Problem[]} problems
 */

const pad = (text, width) => String(text).padEnd(width);

/** `1 file`, `2 files`. */
export const counted = (count, noun) => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A table with one aligned line per check. */
export const formatTable = (results) => {
  const rows = results.map(({ name, looked, problems, seconds }) => ({
    name,
    result: problems.length === 0 ? 'ok' : `${problems.length} FAILED`,
    looked,
    time: `${seconds.toFixed(1)} s`,
  }));
  const widthOf = (column) => Math.max(column.length, ...rows.map((row) => row[column].length));
  const [name, result, looked] = [widthOf('name'), widthOf('result'), widthOf('looked')];
  const head = `${pad('check', name)}  ${pad('result', result)}  ${pad('looked at', looked)}  time`;
  const lines = rows.map(
    (row) => `${pad(row.name, name)}  ${pad(row.result, result)}  ${pad(row.looked, looked)}  ${row.time}`,
  );
  return ['', head, '-'.repeat(head.length), ...lines].join('\n');
};

/** The problems of one check, those with the same cure under one heading. */
export const formatProblems = (name, problems) => {
  const byCure = new Map();
  for (const problem of problems) byCure.set(problem.mend, [...(byCure.get(problem.mend) ?? []), problem]);
  const blocks = [...byCure].map(([mend, group]) => {
    const lines = group.map(({ where, what }) => `  ${where}\n      ${what}`);
    return `${lines.join('\n')}\n  -> ${mend}`;
  });
  return [`\n${name}: ${problems.length} failed`, ...blocks].join('\n');
};
