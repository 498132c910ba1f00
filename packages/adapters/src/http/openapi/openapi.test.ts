import { createHash } from 'node:crypto';
import { createService, type Operations, operation } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createHandler } from '../handler.js';
import { routesOf } from '../routes.js';
import { bearer, createTestKit } from '../test-kit.js';
import { type OpenApiDocument, openApiOf } from './document.js';

const facts = { title: 'Test <API>', version: '1', description: 'All of it & more', server: '/v1' };
const documentOfTestKit = () => openApiOf(routesOf(createTestKit().kit.slices), facts);

/** The document of operations that differ only in what they return. */
const documentOf = (outputs: Readonly<Record<string, z.ZodType>>): OpenApiDocument => {
  const operations: Operations = Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [
      name,
      operation({
        name: `things.${name}`,
        summary: name,
        method: 'GET',
        path: `/${name}`,
        permission: 'anyone',
        input: z.strictObject({}),
        output,
      }),
    ]),
  );
  const handlers = Object.fromEntries(Object.keys(outputs).map((name) => [name, async () => ({})]));
  const service = createService(operations, handlers, createTestKit().kit.runtime as never);
  return openApiOf(routesOf([{ name: 'things', operations, service }]), facts);
};

const resultOf = (document: OpenApiDocument, path: string) => {
  const response = document.paths[path]?.get?.responses['200'];
  return response && 'content' in response ? response.content?.['application/json'] : undefined;
};

/** Every reference in a document, and whether it leads somewhere. */
const brokenRefs = (document: OpenApiDocument): string[] => {
  const refs: string[] = [];
  JSON.stringify(document, (key, value) => {
    if (key === '$ref') refs.push(value as string);
    return value;
  });
  return refs.filter((ref) => {
    const parts = ref.replace(/^#\//, '').split('/');
    return (
      parts.reduce<unknown>((at, part) => (at as Record<string, unknown> | undefined)?.[part], document) ===
      undefined
    );
  });
};

describe('the OpenAPI document', () => {
  it('has every operation under its method and path, with an id, a tag and who may call', () => {
    const document = documentOfTestKit();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths['/notes/{noteId}'] ?? {}).sort()).toEqual(['delete', 'get']);
    expect(document.paths['/notes']?.post).toMatchObject({
      operationId: 'notesCreate',
      tags: ['notes'],
      security: [{ bearer: [] }],
      'x-operation': 'notes.create',
      'x-permission': 'user',
      'x-rate-limit': 'write',
    });
    expect(document.paths['/notes/{noteId}']?.get?.security).toEqual([{ bearer: [] }, {}]);
    expect(brokenRefs(document)).toEqual([]);
  });

  it('sorts the fields of an input into path, query, header and body', () => {
    const { paths } = documentOfTestKit();
    const parametersOf = (path: string, method: string) =>
      paths[path]?.[method]?.parameters.map(({ name, in: where, required }) => [name, where, required]);
    expect(parametersOf('/notes/{noteId}', 'delete')).toEqual([
      ['noteId', 'path', true],
      ['reason', 'query', false],
    ]);
    expect(parametersOf('/notes', 'post')).toEqual([['Idempotency-Key', 'header', false]]);
    const body = paths['/notes']?.post?.requestBody;
    expect(body?.required).toBe(true);
    expect(Object.keys(body?.content['application/json']?.schema.properties ?? {})).toEqual(['text', 'tags']);
    expect(paths['/notes/drafts']?.get?.requestBody).toBeUndefined();
  });

  it('describes errors once, as problem+json', () => {
    const { paths, components } = documentOfTestKit();
    expect(Object.keys(paths['/notes']?.post?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '401', '403', '409', '422', '429', 'default']),
    );
    expect(components.responses.RateLimited).toMatchObject({
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    });
  });

  it('shares schemas by name, by structure and through recursion', () => {
    const author = z.object({ id: z.string(), handle: z.string(), name: z.string() }).meta({ id: 'Author' });
    const counts = () => z.object({ likes: z.int(), replies: z.int(), shares: z.int() });
    const tree = z.object({
      author,
      counts: counts(),
      get parent() {
        return z.nullable(tree);
      },
    });
    const document = documentOf({
      one: tree,
      many: z.object({ items: z.array(tree), nextCursor: z.string().nullable() }),
      other: z.object({ counts: counts(), author }),
    });
    expect(brokenRefs(document)).toEqual([]);
    expect(Object.keys(document.components.schemas).sort()).toEqual(['Author', 'Counts', 'Problem', 'Thing']);
    expect(resultOf(document, '/one')?.schema).toEqual({ $ref: '#/components/schemas/Thing' });
    expect(resultOf(document, '/many')?.schema.properties?.items?.items).toEqual({
      $ref: '#/components/schemas/Thing',
    });
  });

  it('gives examples that fit, and leaves results open for new fields', () => {
    const document = documentOfTestKit();
    const body = document.paths['/notes']?.post?.requestBody?.content['application/json'];
    expect(body?.example).toEqual({ text: 'Hello, #world' });
    expect(resultOf(document, '/notes/drafts')?.example).toMatchObject({ nextCursor: null });
    expect(JSON.stringify(resultOf(document, '/notes/{noteId}')?.schema)).not.toContain(
      'additionalProperties',
    );
  });
});

describe('the reference page', () => {
  const page = async (docs = true) => {
    const handler = createHandler(createTestKit().kit, { authenticate: bearer, title: facts.title, docs });
    return handler(new Request('http://host/docs'));
  };

  it('is one file that needs nothing from elsewhere and runs nothing but itself', async () => {
    const response = await page();
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const tag of ['style', 'script']) {
      const inner = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(html)?.[1] ?? '';
      expect(policy).toContain(`'sha256-${createHash('sha256').update(inner).digest('base64')}'`);
    }
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });

  it('shows every operation and escapes what it shows', async () => {
    const html = await (await page()).text();
    for (const name of ['notes.create', 'notes.get', 'notes.drafts', 'notes.search'])
      expect(html).toContain(name);
    expect(html).toContain('Test &lt;API&gt;');
    expect(html).not.toContain('<API>');
    expect(html).toContain('<details class="op" id="notesCreate"');
  });

  it('can be left out, the document with it', async () => {
    expect((await page(false)).status).toBe(404);
  });
});
