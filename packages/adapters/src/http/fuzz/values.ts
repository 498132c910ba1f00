import { crc32 } from 'node:zlib';
import type { JsonSchema } from '../parameters.js';
import type { Random } from './random.js';

/** What the platform has told so far: real ids and cursors get further than made-up ones. */
export interface Pool {
  readonly ids: string[];
  readonly cursors: string[];
  /** Listings that have a next page: asked for by whom, where, and where it goes on. */
  readonly pages: { readonly path: string; readonly as: string; readonly cursor: string }[];
  readonly words: string[];
}

/** Strings that break naive code: controls, half characters, direction marks, syntax of other languages, sheer size. */
export const HOSTILE_STRINGS: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'x\udc00y',
  '\u202e\u202etxt',
  '\u2066\u2069\u2069',
  '\ufeff',
  '\u200b\u200d',
  'e\u0301'.repeat(300),
  'Z\u0351\u036b\u0343'.repeat(200),
  '👩‍👩‍👧‍👦'.repeat(100),
  '𝒳'.repeat(6000),
  'x'.repeat(100_000),
  '\n\r\t\u001b[31m',
  '\u0085\u2028\u2029',
  "'; DROP TABLE accounts; --",
  '" OR 1=1 --',
  '%_\\%',
  '../../etc/passwd',
  '..%2f..%2f',
  '{{7*7}}#{7*7}',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  'http://[::1',
  'https://user:pw@127.0.0.1:22/',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'undefined',
  'NaN',
  '@'.repeat(500),
  '#a '.repeat(500),
  '@a#b`*_~[](x)'.repeat(200),
  '('.repeat(2000),
  '１２３',
  'ﬁ',
  'İ',
  'ß',
];

/** Ids that are none, or nobody's. */
export const HOSTILE_IDS: readonly string[] = [
  '0',
  '-1',
  '1',
  '01',
  '+1',
  '1.0',
  '1e3',
  '0x10',
  ' 1',
  '1\n',
  '１',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999',
  '18446744073709551616',
  'null',
  'me',
];

const HOSTILE_NUMBERS: readonly number[] = [
  -1,
  -0,
  0,
  0.5,
  1e-320,
  1e21,
  1e308,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  Number.MIN_SAFE_INTEGER,
  4_102_444_800_000,
  -62_135_596_800_000,
  2_147_483_648,
];

/** Objects that look like strings, arrays, numbers or promises to code that only asks for a property. */
const DISGUISED: readonly object[] = [
  { length: { toString: 0, valueOf: 0 } },
  { length: 1e9 },
  { size: { valueOf: null } },
  { toString: 1, valueOf: 1 },
  JSON.parse('{"then":1}'),
  { toJSON: 'x' },
  { 0: 'a', length: 1 },
  { normalize: 1, trim: 1 },
];

/** Any JSON value, mostly of the wrong kind. */
export function hostileValue(random: Random, pool: Pool, depth = 0): unknown {
  const kinds = [
    () => null,
    () => random.chance(0.5),
    () => random.pick(HOSTILE_NUMBERS),
    () => random.pick(HOSTILE_STRINGS),
    () => random.pick(HOSTILE_IDS),
    () => (pool.ids.length > 0 ? random.pick(pool.ids) : '1'),
    () => tamper(random, pool),
    () =>
      depth > 2 ? [] : Array.from({ length: random.int(4) }, () => hostileValue(random, pool, depth + 1)),
    () => Array.from({ length: 150 }, (_, i) => String(i + 1)),
    () => random.pick(DISGUISED),
    () =>
      depth > 2
        ? {}
        : Object.fromEntries(
            Array.from({ length: random.int(4) }, (_, i) => [
              random.pick(['id', 'toString', 'type', 'length', '', 'then', `k${i}`]),
              hostileValue(random, pool, depth + 1),
            ]),
          ),
  ];
  return random.pick(kinds)();
}

/**
 * Another position under a checksum that fits, as somebody can make without knowing what the checksum is bound to: it is
 * linear, so a change of the text tells the change of the sum.
 */
function forge(cursor: string, random: Random): string {
  const raw = Buffer.from(cursor, 'base64url').toString('utf8');
  const dot = raw.indexOf('.');
  if (dot < 1) return cursor;
  const body = raw.slice(dot + 1);
  const changed = random.pick([
    () => body.replace(/\d{5,}/g, (digits) => '9'.repeat(digits.length)),
    () => body.replace(/\d{5,}/g, (digits) => '0'.repeat(digits.length)),
    () => body.replace(/\d{5,}/g, (digits) => `-${digits.slice(1)}`),
    () => body.replace(/\d{5,}/, (digits) => `${digits.slice(0, 3)}.${digits.slice(4)}`),
    () => body.replace(/\d{5,}/, (digits) => `1e${digits.slice(2)}`),
    () =>
      body.replace(/"[^"]{2,}"/, (text) => `${text.slice(1, 2) === '-' ? '+' : '['}${text.slice(1, -1)}]`),
    () => body.replace(/[a-z]/, (letter) => (letter === 'x' ? 'y' : 'x')),
    () => body.replace(/\d(?=\])/, '7'),
  ])();
  const [before, after] = [Buffer.from(body), Buffer.from(changed)];
  if (before.length !== after.length) return cursor;
  const difference = before.map((byte, i) => byte ^ (after[i] as number));
  const linear = crc32(difference) ^ crc32(Buffer.alloc(difference.length));
  const sum = ((Number.parseInt(raw.slice(0, dot), 36) ^ linear) >>> 0).toString(36);
  return Buffer.from(`${sum}.${changed}`).toString('base64url');
}

/** A cursor somebody changed, or made up. @param of the one he started from */
export function tamper(random: Random, pool: Pool, of?: string): string {
  const real = of ?? (pool.cursors.length > 0 ? random.pick(pool.cursors) : 'eyJ4IjoxfQ');
  if (random.chance(0.6)) return forge(real, random);
  const at = random.int(real.length);
  return random.pick([
    real,
    real.slice(0, -1),
    `${real}A`,
    real.slice(0, at) + random.pick(['A', '_', '=', '%', 'é', '\u0000']) + real.slice(at + 1),
    real.repeat(20),
    Buffer.from('0.[1,null]').toString('base64url'),
    Buffer.from('["__proto__"]').toString('base64url'),
    Buffer.from([0xff, 0xfe, 0x00]).toString('base64url'),
    '..',
  ]);
}

const resolve = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const name = typeof schema.$ref === 'string' ? /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1] : undefined;
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
};

/** A value the schema probably takes; what regular expressions and refinements want is left to chance. */
export function plausible(
  given: JsonSchema,
  root: JsonSchema,
  random: Random,
  pool: Pool,
  name = '',
  depth = 0,
): unknown {
  const schema = resolve(given, root);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return plausible(random.pick(choices), root, random, pool, name, depth + 1);
  const types = [schema.type ?? 'string'].flat() as string[];
  const inner = (property: JsonSchema, under: string) =>
    plausible(property, root, random, pool, under, depth + 1);
  switch (random.pick(types)) {
    case 'object': {
      const required = new Set(schema.required ?? []);
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([key]) => required.has(key) || (depth < 4 && random.chance(0.4)))
          .map(([key, property]) => [key, inner(property, key)]),
      );
    }
    case 'array': {
      const least = Number(schema.minItems ?? 0);
      const length = Math.min(Number(schema.maxItems ?? 4), least + random.int(3));
      return Array.from({ length }, () => (schema.items ? inner(schema.items, name) : 'x'));
    }
    case 'integer':
      return Math.max(Number(schema.minimum ?? 0), 0) + random.int(20);
    case 'number':
      return random.int(100) / 4;
    case 'boolean':
      return random.chance(0.5);
    case 'null':
      return null;
    default:
      return plausibleString(schema, random, pool, name);
  }
}

function plausibleString(schema: JsonSchema, random: Random, pool: Pool, name: string): string {
  if (/ids?$/i.test(name) && !/external/i.test(name) && pool.ids.length > 0) return random.pick(pool.ids);
  if (/cursor/i.test(name)) return pool.cursors.length > 0 ? random.pick(pool.cursors) : '';
  if (schema.format === 'date') return '1990-02-28';
  if (/url|link/i.test(name)) return 'https://example.org/a?b=c#d';
  if (/kind/i.test(name)) return random.pick(['like', 'love', 'post', 'comment']);
  return `${random.pick(pool.words)}${random.chance(0.5) ? random.int(1000) : ''}`;
}
