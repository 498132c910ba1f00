import { SocialError } from '@socialkit/core/protocol';

/** An operation as far as a client needs it: what the tables of the slices hold, without what they do. */
interface OperationLike {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly input: unknown;
  readonly output: unknown;
}

/** Tables of operations by slice, for example `{ posts: postOperations, messages: messageOperations }`. */
export type OperationTables = Readonly<Record<string, Readonly<Record<string, OperationLike>>>>;

/** Where the operations of tables are served: plain data, so that a page can load it without the schemas. */
export type Routes<T extends OperationTables> = {
  readonly [S in keyof T]: { readonly [V in keyof T[S]]: string };
};

/** The routes of operations: `{ posts: { create: 'POST /posts', … } }`. */
export const routesOf = <T extends OperationTables>(tables: T): Routes<T> =>
  Object.fromEntries(
    Object.entries(tables).map(([slice, operations]) => [
      slice,
      Object.fromEntries(
        Object.entries(operations).map(([verb, { method, path }]) => [verb, `${method} ${path}`]),
      ),
    ]),
  ) as Routes<T>;

/** A request, before anything about who sends it. */
export interface PlainRequest {
  readonly method: string;
  /** Behind the base address, with the query. */
  readonly path: string;
  /** JSON; absent where nothing travels in the body. */
  readonly body?: string;
}

type Input = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

const queryOf = (fields: readonly (readonly [string, unknown])[]): string => {
  const query = new URLSearchParams();
  for (const [name, value] of fields)
    for (const one of Array.isArray(value) ? value : [value]) query.append(name, textOf(one));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
};

/**
 * Puts an input onto a route: what the path names into the path, the rest into the query of a GET or DELETE and into the body
 * else. Fields that are undefined do not travel.
 * @throws input.invalid (validation) when a field that the path names is missing
 */
export function requestOf(route: string, input: Input): PlainRequest {
  const [method = '', template = ''] = route.split(' ');
  const inPath = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (input[name] === undefined)
      throw new SocialError('validation', 'input.invalid', `${name} is missing`, {
        fields: [{ path: name, message: 'is missing' }],
      });
    inPath.add(name);
    return encodeURIComponent(textOf(input[name]));
  });
  const rest = Object.entries(input).filter(([name, value]) => value !== undefined && !inPath.has(name));
  if (method === 'GET' || method === 'DELETE') return { method, path: path + queryOf(rest) };
  return { method, path, body: JSON.stringify(Object.fromEntries(rest)) };
}
