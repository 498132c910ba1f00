/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {string[] | null} names Imported names; null for a namespace, a default, a side effect or a call.
 * @property {boolean} typeOnly True when nothing of it is left at run time.
 * @property {number} line From 1.
 */

const IMPORT =
  /^[ \t]*import\s+(type\s+)?((?:[\w$]+\s*,?\s*)?(?:\{[^}]*\}|\*\s+as\s+[\w$]+)?)\s*from\s*(['"])([^'"\n]+)\3/gm;
const EXPORT = /^[ \t]*export\s+(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?)\s*from\s*(['"])([^'"\n]+)\3/gm;
const BARE = /^[ \t]*import\s*(['"])([^'"\n]+)\1/gm;
const CALL = /(typeof\s+)?\bimport\(\s*(['"])([^'"\n]+)\2\s*\)/g;

/** The source with its comments blanked, line breaks kept, so that what is commented out is not found. */
export const withoutComments = (source) => {
  let out = '';
  let state = 'code';
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    const two = source.slice(at, at + 2);
    if (state === 'code') {
      if (two === '//') state = 'line';
      else if (two === '/*') state = 'block';
      else if (char === "'" || char === '"' || char === '`') state = char;
    } else if (state === 'line' && char === '\n') state = 'code';
    else if (state === 'block' && two === '*/') {
      state = 'code';
      out += '  ';
      at++;
      continue;
    } else if (state.length === 1) {
      if (char === '\\') {
        out += two;
        at++;
        continue;
      }
      // A quote inside of a regular expression opens no string that could reach the next line.
      if (char === state || (char === '\n' && state !== '`')) state = 'code';
    }
    out += (state === 'line' || state === 'block') && char !== '\n' ? ' ' : char;
  }
  return out;
};

const clauseOf = (typeWord, clause) => {
  const braces = /\{([^}]*)\}/.exec(clause)?.[1];
  if (braces === undefined) return { names: null, typeOnly: typeWord !== undefined };
  const parts = braces
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const isType = (part) => /^type\s/.test(part);
  const names = parts.map((part) =>
    part
      .replace(/^type\s+/, '')
      .split(/\s+as\s+/)[0]
      .trim(),
  );
  const hasDefault = clause.slice(0, clause.indexOf('{')).trim() !== '';
  const allTypes = parts.length > 0 && parts.every(isType) && !hasDefault;
  return { names: hasDefault ? null : names, typeOnly: typeWord !== undefined || allTypes };
};

/**
 * What a TypeScript source imports and re-exports, in the order of its text.
 *
 * @param {string} source
 * @returns {Import[]}
 */
export const importsOf = (source) => {
  const code = withoutComments(source);
  const lineOf = (index) => code.slice(0, index).split('\n').length;
  const found = [];
  for (const pattern of [IMPORT, EXPORT]) {
    for (const match of code.matchAll(pattern)) {
      const [text, typeWord, clause, , specifier] = match;
      const start = match.index + text.length - text.trimStart().length;
      found.push({ specifier, ...clauseOf(typeWord, clause), line: lineOf(start) });
    }
  }
  for (const match of code.matchAll(BARE)) {
    found.push({ specifier: match[2], names: null, typeOnly: false, line: lineOf(match.index) });
  }
  for (const match of code.matchAll(CALL)) {
    found.push({
      specifier: match[3],
      names: null,
      typeOnly: match[1] !== undefined,
      line: lineOf(match.index),
    });
  }
  return found.sort((a, b) => a.line - b.line);
};
