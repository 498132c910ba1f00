import { z } from 'zod';
import { type Actor, accountOf, requirePermission } from './actor.js';
import { type FieldError, SocialError } from './errors.js';
import type { Runtime } from './runtime.js';

/** HTTP methods an operation can be bound to. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: anyone, signed-in accounts, or staff holding a permission (`staff:feed.verify`); the system passes the last. */
export type Permission = 'anyone' | 'user' | `staff:${string}`;

/**
 * Rate-limit class; the HTTP adapter holds the numbers, for HTTP and sockets alike. `own` is for operations that count
 * themselves, by a limit of their slice: the transports count them among all calls and under no class.
 */
export type RateLimitClass = 'read' | 'write' | 'search' | 'staff' | 'own';

/**
 * A public operation as data. HTTP routes, OpenAPI, socket commands and the typed client are derived from it.
 *
 * - `input` is a `z.strictObject`; path parameters (`{userId}`) name fields of it, the rest travels in the
 *   query string for GET and DELETE and in the JSON body else.
 * - `name` is `slice.verb` and the key for `before` hooks.
 */
export interface Operation<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  readonly method: HttpMethod;
  /** For example `/users/{userId}/follow`; the adapter adds the base path. */
  readonly path: string;
  readonly input: I;
  readonly output: O;
  readonly permission: Permission;
  readonly rateLimit: RateLimitClass;
  /** True for operations that change something: `before` hooks run on these. */
  readonly writes: boolean;
}

/** Operations of a slice, by method name of its service. */
export type Operations = Readonly<Record<string, Operation>>;

/** Defines an operation. `writes` follows the method: everything but GET writes. */
export const operation = <I extends z.ZodType, O extends z.ZodType>(
  definition: Omit<Operation<I, O>, 'writes' | 'rateLimit'> & {
    readonly rateLimit?: RateLimitClass;
    readonly writes?: boolean;
  },
): Operation<I, O> => {
  const writes = definition.writes ?? definition.method !== 'GET';
  return Object.freeze({ rateLimit: writes ? ('write' as const) : ('read' as const), ...definition, writes });
};

/** The public face of a slice: one method an operation, the actor first. */
export type Service<Ops extends Operations> = {
  readonly [K in keyof Ops]: (
    actor: Actor,
    input: z.input<Ops[K]['input']>,
  ) => Promise<z.output<Ops[K]['output']>>;
};

/** What a slice implements: methods that receive parsed input. */
export type Handlers<Ops extends Operations> = {
  readonly [K in keyof Ops]: (
    actor: Actor,
    input: z.output<Ops[K]['input']>,
  ) => Promise<z.output<Ops[K]['output']>>;
};

const fieldErrors = (error: z.ZodError): FieldError[] =>
  error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.map(String).join('.').slice(0, 200),
    message:
      issue.code === 'unrecognized_keys'
        ? `unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${issue.keys.slice(0, 5).join(', ').slice(0, 200)}`
        : issue.message,
  }));

/** Length checks measure whatever they are given: an object made to break them (`{ length: { toString: 0 } }`) is no input. */
const parseSafely = <S extends z.ZodType>(schema: S, input: unknown) => {
  try {
    return schema.safeParse(input);
  } catch (cause) {
    throw new SocialError('validation', 'input.invalid', 'the input is not valid', { cause });
  }
};

/**
 * Parses an input once, strictly.
 * @throws input.invalid (validation) with the fields
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = parseSafely(schema, input ?? {});
  if (parsed.success) return parsed.data;
  throw new SocialError('validation', 'input.invalid', 'the input is not valid; see fields', {
    fields: fieldErrors(parsed.error),
  });
}

function requireCaller(actor: Actor, permission: Permission): void {
  if (permission === 'user') accountOf(actor);
  else if (permission !== 'anyone') requirePermission(actor, permission.slice('staff:'.length));
}

/**
 * Binds handlers to operations. Every call: caller check, parse, `before` hooks (writes only; a changed input is
 * parsed again), handler, inside one span.
 */
export function createService<Ops extends Operations>(
  operations: Ops,
  handlers: Handlers<Ops>,
  runtime: Runtime,
): Service<Ops> {
  const bind = <K extends keyof Ops>(key: K) => {
    const op = operations[key] as Operation;
    const handler = handlers[key] as (actor: Actor, input: unknown) => Promise<unknown>;
    const call = async (actor: Actor, raw: unknown) => {
      requireCaller(actor, op.permission);
      let input: unknown = parseInput(op.input, raw);
      if (op.writes) {
        const said = await runtime.hooks.run(op.name, actor, input);
        if (said.changed) input = parseInput(op.input, said.input);
      }
      return handler(actor, input);
    };
    return (actor: Actor, raw: unknown) =>
      runtime.tracer.span(op.name, { 'socialkit.actor': actor.kind }, () => call(actor, raw));
  };
  return Object.freeze(
    Object.fromEntries(Object.keys(operations).map((key) => [key, bind(key)])),
  ) as unknown as Service<Ops>;
}

/** A slice as the wiring and the transports see it: its operations and the service that performs them. */
export interface BoundSlice {
  readonly name: string;
  readonly operations: Operations;
  readonly service: Readonly<Record<string, (actor: Actor, input: never) => Promise<unknown>>>;
}

/** Output schema of operations that return nothing. */
export const nothing = z.object({});
