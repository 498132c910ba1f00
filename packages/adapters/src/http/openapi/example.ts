import type { JsonSchema } from '../parameters.js';

const BY_NAME: Readonly<Record<string, unknown>> = {
  handle: 'ada',
  displayName: 'Ada Lovelace',
  bio: 'Notes on the analytical engine.',
  text: 'Hello, #world',
  cursor: 'eyJ4IjoxfQ',
  nextCursor: null,
  idempotencyKey: '3d5c8b1e-order-42',
  url: 'https://example.org/article',
  externalId: 'user-42',
  tag: 'world',
  kind: 'like',
};
const ID = '3561234567890123456';
const UNIX_MS = 1_767_268_800_000;
const MAX_DEPTH = 6;

/** A value a schema accepts, for reading: plausible where names tell, short everywhere. */
export function exampleOf(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  name = '',
  depth = 0,
): unknown {
  const ref = typeof schema.$ref === 'string' ? schema.$ref.split('/').at(-1) : undefined;
  if (ref !== undefined)
    return depth > MAX_DEPTH ? null : exampleOf(schemas[ref] ?? {}, schemas, name, depth + 1);
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const nullable = choices.some((choice) => choice.type === 'null');
    const first = choices.find((choice) => choice.type !== 'null');
    // Recursive and optional parts are shown as absent once: a post that quotes a post that quotes a post teaches nothing.
    return first === undefined || (nullable && (first.$ref !== undefined || depth > 2))
      ? null
      : exampleOf(first, schemas, name, depth);
  }
  const types = [schema.type ?? []].flat() as string[];
  if (types.includes('object') || schema.properties) return objectExample(schema, schemas, depth);
  if (types.includes('array'))
    return schema.items && depth < MAX_DEPTH ? [exampleOf(schema.items, schemas, name, depth + 1)] : [];
  if (types.includes('string')) {
    if (name in BY_NAME) return BY_NAME[name];
    if (types.includes('null')) return null;
    return /id$/i.test(name) ? ID : schema.format === 'date' ? '1815-12-10' : 'text';
  }
  if (types.includes('integer') || types.includes('number'))
    return types.includes('null')
      ? null
      : /At$/.test(name)
        ? UNIX_MS
        : Math.max(1, Number(schema.minimum ?? 1));
  if (types.includes('boolean')) return false;
  return null;
}

function objectExample(
  schema: JsonSchema,
  schemas: Readonly<Record<string, JsonSchema>>,
  depth: number,
): Record<string, unknown> {
  if (depth > MAX_DEPTH) return {};
  const names = Object.entries(schema.properties ?? {});
  const required = new Set(schema.required ?? []);
  const needed = names.filter(([name]) => required.has(name));
  // Where nothing must be given, a few plain fields show more than a list of a list.
  const plain = names.filter(
    ([, { type, enum: values }]) =>
      values !== undefined || (typeof type === 'string' && !['array', 'object'].includes(type)),
  );
  return Object.fromEntries(
    (needed.length > 0 ? needed : plain.slice(0, 3)).map(([name, property]) => [
      name,
      exampleOf(property, schemas, name, depth + 1),
    ]),
  );
}
