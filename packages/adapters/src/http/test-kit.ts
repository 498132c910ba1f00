import {
  type Actor,
  accountOf,
  type BoundSlice,
  createFakeClock,
  createHooks,
  createIds,
  createService,
  idempotencyFields,
  idSchema,
  line,
  noTracer,
  notFound,
  nothing,
  type Operations,
  operation,
  pageFields,
  pageOf,
  prose,
  silentLogger,
  userActor,
} from '@socialkit/core';
import { z } from 'zod';
import { createMemoryRateLimiter } from '../memory/rate-limiter.js';
import type { Authenticate, HttpKit } from './kit.js';

/** Bearer tokens of these tests are account ids. */
export const bearer: Authenticate = (request) => {
  const token = request.headers.get('authorization')?.replace(/^Bearer /, '');
  return token === undefined ? null : userActor(token);
};

const note = z.object({ id: idSchema, text: z.string(), authorId: z.string().nullable() });

const operations = {
  create: operation({
    name: 'notes.create',
    summary: 'Writes a note.',
    method: 'POST',
    path: '/notes',
    permission: 'user',
    input: z.strictObject({
      text: prose(100, 1),
      tags: z.array(line(20)).max(3).default([]),
      ...idempotencyFields,
    }),
    output: note.extend({ key: z.string().nullable() }),
  }),
  get: operation({
    name: 'notes.get',
    summary: 'A note.',
    method: 'GET',
    path: '/notes/{noteId}',
    permission: 'anyone',
    input: z.strictObject({ noteId: idSchema }),
    output: note,
  }),
  drafts: operation({
    name: 'notes.drafts',
    summary: 'Your drafts.',
    method: 'GET',
    path: '/notes/drafts',
    permission: 'user',
    input: z.strictObject({ ...pageFields }),
    output: pageOf(note),
  }),
  search: operation({
    name: 'notes.search',
    summary: 'Searches notes.',
    method: 'GET',
    path: '/search/{kind}',
    permission: 'anyone',
    rateLimit: 'search',
    input: z.strictObject({
      kind: z.enum(['note', 'tag']),
      ids: z.array(idSchema).max(5).default([]),
      score: z.number().optional(),
      exact: z.boolean().default(false),
      range: z.strictObject({ from: z.int(), to: z.int() }).optional(),
      language: z.string().nullable().optional(),
    }),
    output: z.unknown(),
  }),
  remove: operation({
    name: 'notes.remove',
    summary: 'Deletes a note.',
    method: 'DELETE',
    path: '/notes/{noteId}',
    permission: 'user',
    input: z.strictObject({ noteId: idSchema, reason: line(20).optional() }),
    output: nothing,
  }),
  hang: operation({
    name: 'notes.hang',
    summary: 'Never answers.',
    method: 'GET',
    path: '/hang',
    permission: 'anyone',
    input: z.strictObject({}),
    output: nothing,
  }),
  crash: operation({
    name: 'notes.crash',
    summary: 'Is broken.',
    method: 'GET',
    path: '/crash',
    permission: 'anyone',
    input: z.strictObject({}),
    output: nothing,
  }),
  text: operation({
    name: 'notes.text',
    summary: 'Answers with ready-made JSON.',
    method: 'GET',
    path: '/text',
    permission: 'anyone',
    input: z.strictObject({}),
    output: z.unknown(),
  }),
} satisfies Operations;

/** A kit of one small slice, real down to its rate limiter, for tests of the HTTP surface itself. */
export function createTestKit() {
  const clock = createFakeClock();
  const ids = createIds({ clock, node: 1 });
  const runtime = { clock, ids, logger: silentLogger, tracer: noTracer, hooks: createHooks() };
  const seen: { readonly actor: Actor; readonly input: unknown }[] = [];
  let ready = true;
  const see = (actor: Actor, input: unknown) => void seen.push({ actor, input });
  const service = createService(
    operations,
    {
      create: async (actor, input) => {
        see(actor, input);
        return {
          id: ids.next(),
          text: input.text,
          authorId: accountOf(actor),
          key: input.idempotencyKey ?? null,
        };
      },
      get: async (actor, input) => {
        see(actor, input);
        if (input.noteId === '404') throw notFound('note');
        return { id: input.noteId, text: 'hello', authorId: null };
      },
      drafts: async (actor, input) => {
        see(actor, input);
        return { items: [], nextCursor: null };
      },
      search: async (actor, input) => {
        see(actor, input);
        return input;
      },
      remove: async (actor, input) => {
        see(actor, input);
        return {};
      },
      hang: () => new Promise<never>(() => {}),
      crash: async () => {
        throw new TypeError('cannot read properties of undefined, password=hunter2');
      },
      text: async () =>
        Object.defineProperty({}, Symbol.for('socialkit.json_text'), { value: '{"ready":  "made"}' }),
    },
    runtime,
  );
  const slice: BoundSlice = { name: 'notes', operations, service };
  const rateLimiter = createMemoryRateLimiter({ clock });
  const kit: HttpKit = { slices: [slice], runtime, rateLimiter, health: async () => ({ ready }) };
  return {
    kit,
    clock,
    /** What reached the service. */
    seen,
    setReady: (value: boolean) => {
      ready = value;
    },
  };
}
