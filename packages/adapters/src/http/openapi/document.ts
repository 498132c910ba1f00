import { HTTP_STATUS, type Operation } from '@socialkit/core';
import { z } from 'zod';
import type { JsonSchema } from '../parameters.js';
import type { Route } from '../routes.js';
import { type Components, createComponents, shareRepeated, singular } from './components.js';
import { exampleOf } from './example.js';

/** What the document says about the platform. */
export interface DocumentFacts {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  /** Where the operations are, for example `/v1` or `https://api.example/v1`. */
  readonly server: string;
}

/** One parameter in path, query or header. */
export interface ParameterObject {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

interface Content {
  readonly [mediaType: string]: { readonly schema: JsonSchema; readonly example?: unknown };
}

/** One operation of the document. */
export interface OperationObject {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters: readonly ParameterObject[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Content } | { readonly $ref: string }>
  >;
  readonly 'x-operation': string;
  readonly 'x-permission': string;
  readonly 'x-rate-limit': string;
}

/** An OpenAPI 3.1 document, as far as this one uses it. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, unknown>>;
    readonly securitySchemes: Readonly<Record<string, unknown>>;
  };
}

const PROBLEM: JsonSchema = {
  type: 'object',
  description: 'An error (RFC 9457).',
  properties: {
    type: {
      type: 'string',
      description: 'URI of the kind of problem',
      examples: ['urn:socialkit:error:post.not_found'],
    },
    title: { type: 'string', examples: ['Not found'] },
    status: { type: 'integer', examples: [404] },
    detail: { type: 'string', description: 'for developers, in English', examples: ['no such post'] },
    code: { type: 'string', description: 'stable, noun.snake_case', examples: ['post.not_found'] },
    category: { type: 'string', enum: Object.keys(HTTP_STATUS) },
    retryable: {
      type: 'boolean',
      description: 'whether the same request can succeed later',
      examples: [false],
    },
    retryAfterMs: { type: 'integer', description: 'milliseconds after which to repeat it', examples: [1000] },
    fields: {
      type: 'array',
      description: 'what is wrong with the input',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, message: { type: 'string' } },
        required: ['path', 'message'],
      },
    },
    requestId: { type: 'string', description: 'the same as in the X-Request-Id header' },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'category', 'retryable', 'requestId'],
};

const RESPONSES: Readonly<Record<string, { readonly status: string; readonly description: string }>> = {
  Invalid: { status: '400', description: 'The input is not valid; `fields` says where.' },
  Unauthenticated: { status: '401', description: 'No session, or one that is not valid.' },
  Forbidden: { status: '403', description: 'Known, but not allowed.' },
  NotFound: { status: '404', description: 'There is no such thing, or you may not know of it.' },
  Conflict: { status: '409', description: 'The present state does not allow this.' },
  IdempotencyMismatch: { status: '422', description: 'The idempotency key was used with another payload.' },
  RateLimited: { status: '429', description: 'Too many requests; see Retry-After.' },
  Default: { status: 'default', description: 'Any other error.' },
};

/** The output may grow; readers of this version ignore what they do not know. */
const openEnded = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema), (key, value) => {
    if (
      value !== null &&
      typeof value === 'object' &&
      value.additionalProperties === false &&
      key !== 'properties'
    ) {
      const { additionalProperties: _, ...rest } = value;
      return rest;
    }
    return value;
  }) as JsonSchema;

const camel = (name: string): string =>
  name.replace(/[._](\w)/g, (_, letter: string) => letter.toUpperCase());
const pascal = (name: string): string => camel(`_${name}`);

const without = (schema: JsonSchema, names: readonly string[]): JsonSchema => ({
  ...schema,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name)),
  ),
  required: (schema.required ?? []).filter((name) => !names.includes(name)),
});

function responsesOf(operation: Operation, hasKey: boolean, output: JsonSchema) {
  const errors = ['Invalid', ...(operation.permission === 'anyone' ? [] : ['Unauthenticated', 'Forbidden'])];
  if (operation.path.includes('{')) errors.push('NotFound');
  if (operation.writes) errors.push('Conflict');
  if (hasKey) errors.push('IdempotencyMismatch');
  errors.push('RateLimited', 'Default');
  return Object.fromEntries([
    ['200', { description: 'Done.', content: { 'application/json': { schema: output } } }],
    ...errors.map((name) => [RESPONSES[name]?.status, { $ref: `#/components/responses/${name}` }] as const),
  ]);
}

function operationOf(route: Route, components: Components): OperationObject {
  const { operation, parameters, pathNames } = route;
  const name = pascal(operation.name);
  const input = components.add(parameters.schema, `${name}Input`);
  // What refers to itself is what its slice is about: the posts' post, the comments' comment.
  const output = components.add(
    openEnded(z.toJSONSchema(operation.output, { io: 'output', unrepresentable: 'any' }) as JsonSchema),
    singular(route.slice),
  );
  const fields = input.properties ?? {};
  const hasKey = 'idempotencyKey' in fields;
  const parameter = (field: string, where: 'path' | 'query'): ParameterObject => {
    const { description, ...schema } = fields[field] ?? {};
    return {
      name: field,
      in: where,
      required: where === 'path' || (input.required ?? []).includes(field),
      ...(typeof description === 'string' ? { description } : {}),
      schema,
    };
  };
  const inQuery = operation.method === 'GET' || operation.method === 'DELETE';
  const rest = Object.keys(fields).filter(
    (field) => !pathNames.includes(field) && field !== 'idempotencyKey',
  );
  const body = without(input, [...pathNames, 'idempotencyKey']);
  const key: ParameterObject = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'Repeating a request with the same key gives the first answer again, for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  };
  return {
    operationId: camel(operation.name),
    summary: operation.summary,
    tags: [route.slice],
    security: operation.permission === 'anyone' ? [{ bearer: [] }, {}] : [{ bearer: [] }],
    parameters: [
      ...pathNames.map((field) => parameter(field, 'path')),
      ...(inQuery ? rest.map((field) => parameter(field, 'query')) : []),
      ...(hasKey ? [key] : []),
    ],
    ...(inQuery || (rest.length === 0 && !input.anyOf && !input.oneOf)
      ? {}
      : {
          requestBody: {
            required: (body.required ?? []).length > 0,
            content: { 'application/json': { schema: body } },
          },
        }),
    responses: responsesOf(operation, hasKey, output),
    'x-operation': operation.name,
    'x-permission': operation.permission,
    'x-rate-limit': operation.rateLimit,
  };
}

/** Puts an example beside every schema of a request body and a result. */
function withExamples(paths: OpenApiDocument['paths'], schemas: Readonly<Record<string, JsonSchema>>) {
  const fill = (content: Content | undefined) => {
    for (const media of Object.values(content ?? {}))
      Object.assign(media, { example: exampleOf(media.schema, schemas) });
  };
  for (const methods of Object.values(paths))
    for (const operation of Object.values(methods)) {
      fill(operation.requestBody?.content);
      for (const parameter of operation.parameters)
        if (parameter.in === 'path')
          Object.assign(parameter, { example: exampleOf(parameter.schema, schemas, parameter.name) });
      for (const response of Object.values(operation.responses))
        if ('content' in response) fill(response.content);
    }
}

/** The OpenAPI 3.1 document of a set of routes, derived from their operations and nothing else. */
export function openApiOf(routes: readonly Route[], facts: DocumentFacts): OpenApiDocument {
  const components = createComponents();
  const schemas = components.schemas as Record<string, JsonSchema>;
  const drafted: Record<string, Record<string, OperationObject>> = {};
  for (const route of routes) {
    const methods = drafted[route.operation.path] ?? {};
    methods[route.operation.method.toLowerCase()] = operationOf(route, components);
    drafted[route.operation.path] = methods;
  }
  const paths = shareRepeated(drafted, schemas);
  schemas.Problem = PROBLEM;
  withExamples(paths, schemas);
  return {
    openapi: '3.1.0',
    info: { title: facts.title, version: facts.version, description: facts.description },
    servers: [{ url: facts.server }],
    tags: [...new Set(routes.map((route) => route.slice))].map((name) => ({ name })),
    paths,
    components: {
      schemas,
      responses: Object.fromEntries(
        Object.entries(RESPONSES).map(([name, { description }]) => [
          name,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'The session token of the host.' },
      },
    },
  };
}
