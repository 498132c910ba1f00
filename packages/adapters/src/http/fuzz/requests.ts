import type { Route } from '../routes.js';
import type { Random } from './random.js';
import { HOSTILE_IDS, HOSTILE_STRINGS, hostileValue, type Pool, plausible, tamper } from './values.js';

/** A request to send, and whether it must be refused whatever the platform holds. */
export interface Attempt {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | null;
  readonly mustFail: boolean;
  readonly says: string;
}

type Input = Record<string, unknown>;

const inQuery = (route: Route) => route.operation.method === 'GET' || route.operation.method === 'DELETE';

/** Percent-encodes anything, half characters included. */
const encode = (text: string): string =>
  encodeURIComponent(text.replace(/[\ud800-\udfff]/g, '\ufffd')).replace(/\./g, '%2E');

const queryOf = (name: string, value: unknown): string[] => {
  const texts = Array.isArray(value) ? value : [value];
  return texts.map(
    (text) => `${encode(name)}=${encode(typeof text === 'string' ? text : (JSON.stringify(text) ?? ''))}`,
  );
};

function render(route: Route, input: Input, says: string, mustFail: boolean): Attempt {
  const path = route.segments
    .map((segment) => {
      if (!('name' in segment)) return segment.literal;
      const value = input[segment.name];
      return encode(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'x')) || '%20';
    })
    .join('/');
  const rest = Object.entries(input).filter(([name]) => !route.pathNames.includes(name));
  const query = inQuery(route) ? rest.flatMap(([name, value]) => queryOf(name, value)).join('&') : '';
  return {
    method: route.operation.method,
    path: `/v1/${path}${query === '' ? '' : `?${query}`}`,
    headers: inQuery(route) ? {} : { 'content-type': 'application/json' },
    body: inQuery(route) ? null : JSON.stringify(Object.fromEntries(rest)),
    mustFail,
    says,
  };
}

const withBody = (attempt: Attempt, body: string | Uint8Array, says: string): Attempt => ({
  ...attempt,
  body,
  says,
  mustFail: true,
});

const nested = (levels: number, inner: string) => `${'['.repeat(levels)}${inner}${']'.repeat(levels)}`;

/** Bodies that are wrong as such, whatever the operation. */
const badBodies = (random: Random): string | Uint8Array =>
  random.pick<string | Uint8Array>([
    '{',
    'null',
    '[]',
    '"x"',
    '1',
    '{"a":1}}',
    `{"a":${nested(17, '1')}}`,
    `{"a":${nested(50_000, '')}}`,
    `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"a":1,"a":2}',
    '{"a":1e999,"b":-1e999}',
    '{"\\ud800":1}',
    '{"a":"\\u0000"}',
    `{"a":"${'x'.repeat(300_000)}"}`,
    new Uint8Array([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]),
    new Uint8Array([0xff, 0xfe, 0x7b, 0x00]),
  ]);

const JUNK_HEADERS: readonly Record<string, string>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': '' },
  { 'content-type': 'application/json; charset=utf-16' },
  { 'content-encoding': 'br' },
  { 'x-request-id': 'x'.repeat(5000) },
  { 'x-request-id': '<\u00ff>' },
  { 'idempotency-key': '\u00e9\u00ff' },
  { 'idempotency-key': 'k'.repeat(4000) },
  { 'idempotency-key': '""' },
  { authorization: 'Bearer \u00ff' },
  { 'if-none-match': 'W/"\u00ff", *' },
  { origin: 'null' },
  { origin: 'https://\u00ff' },
  { 'x-forwarded-for': '1.2.3.4, <script>, ::::, 9'.repeat(200) },
  { host: 'evil.example' },
  { 'x-http-method-override': 'DELETE' },
  { cookie: 'a=b; __proto__=c' },
  { 'content-length': '-1' },
];

/** The next page of a listing somebody has seen, under a cursor that was tampered with or used as it is. */
export function continuation(random: Random, pool: Pool): Attempt & { readonly as: string } {
  const { path, as, cursor } = random.pick(pool.pages);
  const [address = '', query = ''] = path.split('?');
  const rest = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('cursor='));
  const given = random.chance(0.2) ? cursor : tamper(random, pool, cursor);
  return {
    method: 'GET',
    path: `${address}?${[...rest, `cursor=${encode(given)}`].join('&')}`,
    headers: {},
    body: null,
    mustFail: false,
    says: `the next page under ${given}`,
    as,
  };
}

/** A harmless request for a first page of one item, so that there is a next one. */
export function pageOfOne(route: Route, random: Random, pool: Pool): Attempt {
  const { schema } = route.parameters;
  const needed = new Set(schema.required ?? []);
  const good = Object.entries((plausible(schema, schema, random, pool) ?? {}) as Input);
  const bare = Object.fromEntries(good.filter(([name]) => needed.has(name)));
  return render(route, { ...bare, limit: 1 }, 'a page of one', false);
}

/** One hostile request to a route. */
export function attemptAt(route: Route, random: Random, pool: Pool): Attempt {
  const { schema } = route.parameters;
  const good = (plausible(schema, schema, random, pool) ?? {}) as Input;
  const names = Object.keys(schema.properties ?? {});
  const name = names.length > 0 ? random.pick(names) : 'none';
  const change = (value: unknown, says: string) =>
    render(route, { ...good, [name]: value }, `${says} in ${name}`, false);
  const makers: (() => Attempt)[] = [
    () => render(route, good, 'plausible', false),
    () => render(route, good, 'plausible', false),
    () => change(hostileValue(random, pool), 'any value'),
    () => change(hostileValue(random, pool), 'any value'),
    () => change(random.pick(HOSTILE_STRINGS), 'a hostile string'),
    () => change(random.pick(HOSTILE_IDS), 'a bad id'),
    () => change(pool.ids.length > 0 ? random.pick(pool.ids) : '1', 'a foreign id'),
    () => render(route, { ...good, cursor: tamper(random, pool) }, 'a tampered cursor', false),
    () => render(route, { ...good, cursor: tamper(random, pool), limit: 2 }, 'a tampered cursor', false),
    () => pageOfOne(route, random, pool),
    () => render(route, Object.fromEntries(Object.entries(good).slice(1)), 'a missing field', false),
    () => {
      const extra = random.pick([
        'actor',
        'actorId',
        'viewer',
        'isAdmin',
        'then',
        'toString',
        'limit ',
        'UserId',
      ]);
      return render(
        route,
        { ...good, [extra]: random.pick<unknown>(['x', 1, true, { a: 1 }]) },
        `unknown ${extra}`,
        true,
      );
    },
    () =>
      render(
        route,
        Object.fromEntries([...names, 'x'].map((each) => [each, hostileValue(random, pool)])),
        'everything wrong',
        false,
      ),
    () => {
      const junk = random.pick(JUNK_HEADERS);
      const attempt = render(route, good, `header ${Object.keys(junk)[0]}`, false);
      return { ...attempt, headers: { ...attempt.headers, ...junk } };
    },
    () => {
      const attempt = render(route, good, 'junk in the address', false);
      const junk = random.pick([
        '%',
        '%zz',
        '%C3%28',
        '%00',
        '%2F..%2F',
        '?a',
        '?&&==&',
        `?${'a&'.repeat(500)}`,
        '//',
        ';a=b',
        '#x',
      ]);
      return { ...attempt, path: attempt.path + junk };
    },
    () => {
      const attempt = render(route, good, 'a name twice', true);
      const twice =
        inQuery(route) || route.pathNames.length > 0 ? (route.pathNames[0] ?? 'unknown') : 'unknown';
      return {
        ...attempt,
        path: `${attempt.path}${attempt.path.includes('?') ? '&' : '?'}${twice}=1&${twice}=2`,
      };
    },
  ];
  if (!inQuery(route))
    makers.push(() => withBody(render(route, good, '', true), badBodies(random), 'a bad body'));
  return random.pick(makers)();
}
