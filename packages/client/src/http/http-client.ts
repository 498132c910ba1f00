import { isSocialError, SocialError } from '@socialkit/core/protocol';
import { interrupted, type ToldError, timedOut, toldError } from '../realtime/errors.js';
import { type OperationTables, type Routes, requestOf } from './routes.js';

type InputOf<O> = O extends { readonly input: { readonly _zod: { readonly input: infer I } } } ? I : never;
type OutputOf<O> = O extends { readonly output: { readonly _zod: { readonly output: infer R } } } ? R : never;

/** Options of one call. */
export interface HttpCallOptions {
  /** Ends the call: it fails with `call.interrupted`, and may have happened. */
  readonly signal?: AbortSignal;
  /** Milliseconds until it fails with `call.timeout`. @default as the client */
  readonly timeoutMs?: number;
}

type Call<I, R> =
  Record<never, never> extends I
    ? (input?: I, options?: HttpCallOptions) => Promise<R>
    : (input: I, options?: HttpCallOptions) => Promise<R>;

/**
 * The operations of tables as functions: `client.posts.create({ text })`, with the input and output of the operation itself.
 * Each rejects with the server's `SocialError`, or with `call.timeout` and `call.interrupted`: then it may have happened, and a call
 * with an `idempotencyKey` or a `clientId` is repeated safely.
 */
export type HttpClient<T extends OperationTables> = {
  readonly [S in keyof T]: { readonly [V in keyof T[S]]: Call<InputOf<T[S][V]>, OutputOf<T[S][V]>> };
};

/** Options of {@link createHttpClient}. */
export interface HttpClientOptions<T extends OperationTables> {
  /** Where the operations are served, for example `https://api.example.org/v1`. */
  readonly url: string;
  /** Where each is: `routesOf(tables)`, made where the tables are, or kept as JSON. */
  readonly routes: Routes<T>;
  /** Asked before every call; null calls without a session. @default none, as with cookies */
  readonly token?: () => string | null | Promise<string | null>;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether cookies travel to another origin: as in `fetch`. @default 'same-origin' */
  readonly credentials?: 'omit' | 'same-origin' | 'include';
  /** @default 10000 */
  readonly timeoutMs?: number;
  /** @default the environment's */
  readonly fetch?: typeof globalThis.fetch;
}

/** The error in an answer; one that no socialkit server gave has the category its status stands for. */
async function errorIn(response: Response): Promise<SocialError> {
  const problem = (await response.json().catch(() => null)) as (ToldError & { detail?: string }) | null;
  if (typeof problem?.code === 'string' && typeof problem.category === 'string')
    return toldError({ ...problem, message: problem.detail ?? problem.code });
  return new SocialError(
    response.status >= 500 ? 'unavailable' : 'internal',
    'server.error',
    `answered with ${response.status}`,
  );
}

/** Calls operations over HTTP, typed by their own tables; every call goes through one `fetch`, none is repeated. */
export function createHttpClient<T extends OperationTables>(options: HttpClientOptions<T>): HttpClient<T> {
  const { routes, headers = {}, credentials = 'same-origin', timeoutMs = 10_000 } = options;
  const base = options.url.replace(/\/+$/, '');

  const send = async (
    route: string,
    input: Readonly<Record<string, unknown>> = {},
    call: HttpCallOptions = {},
  ): Promise<unknown> => {
    const { method, path, body } = requestOf(route, input);
    const token = (await options.token?.()) ?? null;
    const timeout = AbortSignal.timeout(call.timeoutMs ?? timeoutMs);
    try {
      const response = await (options.fetch ?? fetch)(base + path, {
        method,
        credentials,
        headers: {
          accept: 'application/json',
          ...headers,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        ...(body === undefined ? {} : { body }),
        signal: call.signal ? AbortSignal.any([call.signal, timeout]) : timeout,
      });
      if (!response.ok) throw await errorIn(response);
      return await response.json();
    } catch (error) {
      if (isSocialError(error)) throw error;
      throw timeout.aborted ? timedOut() : interrupted();
    }
  };
  return Object.fromEntries(
    Object.entries(routes).map(([slice, verbs]) => [
      slice,
      Object.fromEntries(
        Object.entries(verbs as Readonly<Record<string, string>>).map(([verb, route]) => [
          verb,
          (input?: Readonly<Record<string, unknown>>, call?: HttpCallOptions) => send(route, input, call),
        ]),
      ),
    ]),
  ) as HttpClient<T>;
}
