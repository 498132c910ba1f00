import type { JsonSchema } from '../parameters.js';

/** The shared schemas of a document: each shape once, under a readable name. */
export interface Components {
  /**
   * Takes a schema as zod gives it, moves its definitions into the components and returns it with references there.
   * @param suggestion a name for definitions that have none of their own, for example `PostsGetResult`
   */
  add(schema: JsonSchema, suggestion: string): JsonSchema;
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const REF = '#/components/schemas/';
const IGNORED: ReadonlySet<string> = new Set(['$schema', '$defs', 'readOnly', 'id']);

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Copies a schema, giving every reference and every object below a property to `visit`. */
function copy(
  value: unknown,
  visit: (schema: Record<string, unknown>, hint: string) => Record<string, unknown>,
  hint: string,
): unknown {
  if (Array.isArray(value)) return value.map((inner) => copy(inner, visit, hint));
  if (!isObject(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (IGNORED.has(key) && !(key === 'id' && isObject(inner))) continue;
    if (key === 'properties' && isObject(inner))
      result[key] = Object.fromEntries(
        Object.entries(inner).map(([name, property]) => [name, copy(property, visit, name)]),
      );
    else result[key] = key === 'default' || key === 'examples' ? inner : copy(inner, visit, hint);
  }
  return visit(result, hint);
}

const pascal = (text: string): string =>
  text.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, letter: string) => letter.toUpperCase());

/** A word for one of several: `entities` gives `entity`. */
export const singular = (word: string): string =>
  word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.endsWith('s') ? word.slice(0, -1) : word;

/** One text for equal graphs of definitions, whatever they are called: references count by the order of discovery. */
function canonicalText(start: string, definitions: ReadonlyMap<string, JsonSchema>): string {
  const order = [start];
  const texts: string[] = [];
  for (let at = 0; at < order.length; at++) {
    texts.push(
      JSON.stringify(definitions.get(order[at] as string), (key, value) => {
        if (key === '$ref' && typeof value === 'string') {
          if (!order.includes(value)) order.push(value);
          return `@${order.indexOf(value)}`;
        }
        const dropped = key === '$defs' || (IGNORED.has(key) && typeof value !== 'object');
        return dropped ? undefined : (value as Json);
      }),
    );
  }
  return texts.join('\n');
}

export function createComponents(): Components {
  const schemas: Record<string, JsonSchema> = {};
  const nameByText = new Map<string, string>();

  const nameFor = (text: string, wanted: string): { name: string; known: boolean } => {
    const known = nameByText.get(text);
    if (known !== undefined) return { name: known, known: true };
    let name = pascal(wanted);
    for (let i = 2; name in schemas; i++) name = `${pascal(wanted)}${i}`;
    nameByText.set(text, name);
    return { name, known: false };
  };

  return {
    schemas,
    add(schema, suggestion) {
      const definitions = new Map<string, JsonSchema>([['#', schema]]);
      for (const [name, definition] of Object.entries(schema.$defs ?? {}))
        definitions.set(`#/$defs/${name}`, definition);
      const place = (ref: string, hint: string): string => {
        const definition = definitions.get(ref);
        if (definition === undefined)
          throw new TypeError(`the schema of ${suggestion} refers to ${ref}, which is not in it`);
        const own = ref.slice('#/$defs/'.length);
        const wanted = ref === '#' || own.startsWith('__schema') ? hint : own;
        const { name, known } = nameFor(canonicalText(ref, definitions), wanted);
        if (!known) {
          // Taken before it is filled: definitions refer to themselves.
          schemas[name] = {};
          schemas[name] = refer(definition) as JsonSchema;
        }
        return name;
      };
      const refer = (value: unknown): unknown =>
        copy(
          value,
          (found) =>
            typeof found.$ref === 'string' && !found.$ref.startsWith(REF)
              ? { ...found, $ref: REF + place(found.$ref, suggestion) }
              : found,
          suggestion,
        );
      const refersToItself = JSON.stringify(schema).includes('"$ref":"#"');
      return refersToItself ? { $ref: REF + place('#', suggestion) } : (refer(schema) as JsonSchema);
    },
  };
}

const MIN_PROPERTIES = 3;
const LITERALS: ReadonlySet<string> = new Set(['default', 'examples', 'example', 'enum', 'const']);

const isShareable = (value: unknown): value is Record<string, unknown> =>
  isObject(value) &&
  value.type === 'object' &&
  isObject(value.properties) &&
  Object.keys(value.properties).length >= MIN_PROPERTIES;

/**
 * Moves object schemas that occur more than once in a document, inline, into its components, named after the property
 * they stand under.
 */
export function shareRepeated<T>(document: T, schemas: Record<string, JsonSchema>): T {
  const counts = new Map<string, number>();
  const count = (value: unknown): void => {
    if (Array.isArray(value)) for (const inner of value) count(inner);
    if (!isObject(value)) return;
    if (isShareable(value)) {
      const text = JSON.stringify(value);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    for (const [key, inner] of Object.entries(value)) if (!LITERALS.has(key)) count(inner);
  };
  count(document);
  count(Object.values(schemas));

  const names = new Map(Object.entries(schemas).map(([name, schema]) => [JSON.stringify(schema), name]));
  const share = (value: unknown, hint: string, owner: string): unknown => {
    if (Array.isArray(value)) return value.map((inner) => share(inner, hint, owner));
    if (!isObject(value)) return value;
    if (!isShareable(value) || hint === '') return within(value, hint, owner);
    const text = JSON.stringify(value);
    const known = names.get(text);
    if (known !== undefined) return { $ref: REF + known };
    if ((counts.get(text) ?? 0) < 2) return within(value, hint, owner);
    const base = pascal(hint === 'item' ? `${owner}.item` : hint);
    let name = base;
    for (let i = 2; name in schemas; i++) name = `${base}${i}`;
    names.set(text, name);
    schemas[name] = {};
    schemas[name] = within(value, hint, owner) as JsonSchema;
    return { $ref: REF + name };
  };
  const within = (value: Record<string, unknown>, hint: string, owner: string): Record<string, unknown> => {
    const own = typeof value.operationId === 'string' ? value.operationId : owner;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        if (LITERALS.has(key)) return [key, inner];
        if (key !== 'properties' || !isObject(inner))
          return [key, share(inner, key === 'items' ? singular(hint) : hint, own)];
        return [
          key,
          Object.fromEntries(
            Object.entries(inner).map(([name, property]) => [name, share(property, name, own)]),
          ),
        ];
      }),
    );
  };
  for (const [name, schema] of Object.entries(schemas))
    schemas[name] = within(schema, '', name) as JsonSchema;
  return share(document, '', '') as T;
}
