import type { Operation } from '@socialkit/core';
import { z } from 'zod';
import { parseJson } from './json-body.js';

/** JSON Schema, as far as parameters are concerned. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** What the text of one query or path parameter becomes. */
interface ParameterType {
  readonly types: ReadonlySet<string>;
  readonly items: ParameterType | null;
}

/** The fields of an operation's input, as parameters. */
export interface Parameters {
  readonly schema: JsonSchema;
  has(name: string): boolean;
  /**
   * Turns the texts of a parameter into the value its schema expects; a text that does not fit stays as it is and is
   * refused by the schema, with the schema's words.
   */
  read(name: string, texts: readonly string[]): unknown;
}

/** The JSON Schema of what an operation takes. */
export const inputSchemaOf = (operation: Operation): JsonSchema =>
  z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

const resolve = (schema: JsonSchema, root: JsonSchema): JsonSchema => {
  const name = typeof schema.$ref === 'string' ? /^#\/\$defs\/(.+)$/.exec(schema.$ref)?.[1] : undefined;
  return name === undefined ? schema : (root.$defs?.[name] ?? {});
};

const branches = (schema: JsonSchema): readonly JsonSchema[] => [
  ...(schema.anyOf ?? []),
  ...(schema.oneOf ?? []),
  ...(schema.allOf ?? []),
];

const typeOfValue = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

function typeOf(schema: JsonSchema, root: JsonSchema, depth = 0): ParameterType {
  const types = new Set<string>();
  let items: ParameterType | null = null;
  const visit = (given: JsonSchema, level: number) => {
    if (level > 8) return;
    const found = resolve(given, root);
    for (const type of [found.type ?? []].flat() as string[]) types.add(type);
    for (const value of found.enum ?? []) types.add(typeOfValue(value));
    if (found.const !== undefined) types.add(typeOfValue(found.const));
    if (found.items) items = typeOf(found.items, root, level + 1);
    for (const branch of branches(found)) visit(branch, level + 1);
  };
  visit(schema, depth);
  return { types, items };
}

/** Fields of an object schema, also of one that is a choice between objects. */
function fieldsOf(schema: JsonSchema, root: JsonSchema): Map<string, JsonSchema> {
  const found = resolve(schema, root);
  const fields = new Map(Object.entries(found.properties ?? {}));
  for (const branch of branches(found))
    for (const [name, field] of fieldsOf(branch, root)) if (!fields.has(name)) fields.set(name, field);
  return fields;
}

const NUMBER = /^-?(0|[1-9]\d{0,15})(\.\d{1,15})?$/;

function readOne(text: string, { types }: ParameterType): unknown {
  if (types.has('string')) return text;
  if ((types.has('number') || types.has('integer')) && NUMBER.test(text)) return Number(text);
  if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
  if (types.has('null') && text === 'null') return null;
  if (types.has('object') && text.startsWith('{')) return parseJson(text);
  return text;
}

/** Computed once an operation. */
export function parametersOf(operation: Operation): Parameters {
  const schema = inputSchemaOf(operation);
  const types = new Map(
    [...fieldsOf(schema, schema)].map(([name, field]) => [name, typeOf(field, schema)] as const),
  );
  return {
    schema,
    has: (name) => types.has(name),
    read(name, texts) {
      const type = types.get(name);
      if (type === undefined) return texts.length === 1 ? texts[0] : texts;
      if (type.types.has('array') && !(texts.length === 1 && type.types.has('string')))
        return texts.map((text) => (type.items === null ? text : readOne(text, type.items)));
      return texts.length === 1 ? readOne(texts[0] as string, type) : texts;
    },
  };
}
