import {
  type CompiledQuery,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutorProvider,
  type RawBuilder,
  sql,
} from 'kysely';
import type { Database } from './database.js';
import { sendNamed } from './driver.js';

/** SQL types of statement parameters: what is passed for them, and what they are in a query. `?` allows null. */
interface ParamTypes {
  bigint: { pass: string | number | bigint; is: string };
  'bigint?': { pass: string | number | bigint | null; is: string | null };
  'bigint[]': { pass: readonly (string | number | bigint)[]; is: string[] };
  integer: { pass: number; is: number };
  'integer?': { pass: number | null; is: number | null };
  'integer[]': { pass: readonly number[]; is: number[] };
  'double precision': { pass: number; is: number };
  text: { pass: string; is: string };
  'text?': { pass: string | null; is: string | null };
  'text[]': { pass: readonly string[]; is: string[] };
  boolean: { pass: boolean; is: boolean };
  'boolean?': { pass: boolean | null; is: boolean | null };
  'boolean[]': { pass: readonly boolean[]; is: boolean[] };
  /** Passed as JSON text: `JSON.stringify(value)`. */
  jsonb: { pass: string; is: unknown };
  'jsonb?': { pass: string | null; is: unknown };
}

/** Name of a parameter type, for example `bigint[]`. */
export type ParamType = keyof ParamTypes;
type Params = Readonly<Record<string, ParamType>>;
/** The values of a statement's parameters, by name. */
export type ParamValues<P extends Params> = { readonly [K in keyof P]: ParamTypes[P[K]]['pass'] };
/** The parameters as they are put into a query: each is a cast placeholder. */
export type ParamMarkers<P extends Params> = { readonly [K in keyof P]: RawBuilder<ParamTypes[P[K]]['is']> };

/** A query builder, or `sql` text. */
interface Buildable<R> {
  compile(provider: QueryExecutorProvider): CompiledQuery<R>;
}

/** What samples are made of: ids that lie in the same month and in the one before, on tables with 60 partitions. */
export interface SampleIds {
  /** 20 ids, newest first, half of them in each of two neighbouring months. */
  readonly ids: readonly string[];
  /** The largest of `ids`. */
  readonly newest: string;
  /** The smallest of `ids`: two months hold all from here to `newest`. */
  readonly oldest: string;
  /** Unix milliseconds shortly after `newest`. */
  readonly now: number;
}

/** What a statement is made of. */
export interface StatementDefinition<P extends Params, R> {
  /** `slice.verb`, unique over all statements; it is also the name of the prepared statement. At most 60 characters. */
  readonly name: string;
  readonly params: P;
  /** Builds the query once, at first use, out of markers. Everything but the markers is constant. */
  readonly build: (db: Kysely<Database>, param: ParamMarkers<P>) => Buildable<R>;
  /** Parameters whose ids lie in two neighbouring months: what the EXPLAIN check runs the statement with. */
  readonly sample: (from: SampleIds) => ParamValues<P>;
  /** Why this statement may touch more than two partitions. */
  readonly exempt?: string;
}

/** A query compiled once and sent by name: PostgreSQL plans it once a connection. */
export interface Statement<P extends Params = Params, R = unknown> {
  readonly definition: StatementDefinition<P, R>;
  /** All rows. @param executor a database or a transaction */
  run(executor: Kysely<Database>, values: ParamValues<P>): Promise<readonly R[]>;
  /** The first row. */
  first(executor: Kysely<Database>, values: ParamValues<P>): Promise<R | undefined>;
  /** Rows written. */
  affected(executor: Kysely<Database>, values: ParamValues<P>): Promise<number>;
  /** The SQL text and the values in the order of its placeholders: for EXPLAIN and for benchmarks. */
  compile(values: ParamValues<P>): {
    readonly name: string;
    readonly text: string;
    readonly values: unknown[];
  };
}

/** Any statement, whatever its parameters. */
export interface AnyStatement {
  readonly definition: {
    readonly name: string;
    readonly exempt?: string;
    readonly sample: (from: SampleIds) => Readonly<Record<string, unknown>>;
  };
  compile(values: never): { readonly name: string; readonly text: string; readonly values: unknown[] };
}

interface Template<R> {
  readonly query: CompiledQuery<R>;
  /** What stands at each placeholder: a parameter's name, or a constant. */
  readonly order: readonly (string | { readonly constant: unknown })[];
}

const compiler = new Kysely<Database>({
  dialect: {
    createDriver: () => new DummyDriver(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  },
});

const registry = new Map<string, AnyStatement>();

/** Every statement of the modules loaded so far, in order of definition. */
export const definedStatements = (): readonly AnyStatement[] => [...registry.values()];

/**
 * Defines a statement. It is compiled at first use and costs no query building afterwards.
 *
 * ```ts no-check: the table belongs to another slice
 * const accountById = defineStatement({
 *   name: 'accounts.by_id',
 *   params: { id: 'bigint' },
 *   build: (db, { id }) => db.selectFrom('accounts').selectAll().where('id', '=', id),
 *   sample: ({ newest }) => ({ id: newest }),
 * });
 * const row = await accountById.first(db, { id });
 * ```
 *
 * @throws TypeError when the name is taken or too long
 */
export function defineStatement<const P extends Params, R>(
  definition: StatementDefinition<P, R>,
): Statement<P, R> {
  const { name } = definition;
  if (registry.has(name)) throw new TypeError(`a statement named ${name} exists`);
  if (!/^[a-z0-9_.]{1,60}$/.test(name)) throw new TypeError(`"${name}" is not a statement name`);

  let template: Template<R> | undefined;
  const prepare = (): Template<R> => {
    // Stand where values will be and are found again by identity among the compiled parameters.
    const places = new Map<unknown, string>();
    const markers = Object.fromEntries(
      Object.entries(definition.params).map(([param, type]) => {
        const place = Object.freeze({ param });
        places.set(place, param);
        return [param, sql`${place}::${sql.raw(type.replace('?', ''))}`];
      }),
    ) as unknown as ParamMarkers<P>;
    const query = definition.build(compiler, markers).compile(compiler);
    return {
      query: query as CompiledQuery<R>,
      order: query.parameters.map((value) => places.get(value) ?? { constant: value }),
    };
  };
  const bind = (values: ParamValues<P>) => {
    template ??= prepare();
    const given = values as Readonly<Record<string, unknown>>;
    return template.order.map((slot) => (typeof slot === 'string' ? given[slot] : slot.constant));
  };
  const send = (executor: Kysely<Database>, values: ParamValues<P>) => {
    const parameters = bind(values);
    return sendNamed(executor, name, (template as Template<R>).query, parameters);
  };

  const statement: Statement<P, R> = {
    definition,
    run: async (executor, values) => (await send(executor, values)).rows,
    first: async (executor, values) => (await send(executor, values)).rows[0],
    affected: async (executor, values) => Number((await send(executor, values)).numAffectedRows ?? 0),
    compile: (values) => {
      const parameters = bind(values);
      return { name, text: (template as Template<R>).query.sql, values: parameters };
    },
  };
  registry.set(name, statement as unknown as AnyStatement);
  return statement;
}
