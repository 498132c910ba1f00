import {
  type Actor,
  anonymous,
  createFakeClock,
  createHooks,
  type Logger,
  noTracer,
  openGate,
  type Runtime,
  silentLogger,
  staffActor,
  staffPermissions,
  systemActor,
  userActor,
} from '@socialkit/core';
import { openBackEnd } from '../../kit/back-end.js';
import { openRealtime } from '../../kit/realtime.js';
import { createSlices } from '../../kit/slices.js';
import { createHandler, type Handler } from '../handler.js';
import type { HttpKit } from '../kit.js';
import { HTTP_LIMITS, type HttpLimitOverrides } from '../rate-limits.js';
import { type Route, routesOf } from '../routes.js';
import type { Pool } from './values.js';

/** A platform with people in it, and everything needed to be hostile to it. */
export interface World {
  readonly handler: Handler;
  readonly routes: readonly Route[];
  /** By the name that the `x-as` header takes. */
  readonly actors: ReadonlyMap<string, Actor>;
  readonly pool: Pool;
  /** Transactions that were committed. */
  commits(): number;
  /** What the platform logged as errors: nothing, however hostile the input. */
  readonly errors: unknown[];
  close(): Promise<void>;
}

type Services = ReturnType<typeof createSlices>['services'];

const NAMES = ['ada', 'grace', 'linus', 'mary', 'root'] as const;
const POSTS_EACH = 6;

/** Enough of everything that every listing has more than one page of one. */
async function populate(services: Services, actors: ReadonlyMap<string, Actor>, pool: Pool): Promise<void> {
  const { conversations, graph, posts, comments, reactions } = services;
  const people = NAMES.map((name, i) => ({ actor: actors.get(name) as Actor, id: pool.ids[i] as string }));
  for (const { actor } of people) {
    for (const other of people)
      if (other.actor !== actor) {
        await graph.follow(actor, { userId: other.id });
        await graph.requestFriend(actor, { userId: other.id });
      }
    for (const word of ['spam', 'eggs', 'ham']) {
      await graph.muteWord(actor, { word });
      await graph.followHashtag(actor, { tag: word });
    }
    for (let i = 0; i < POSTS_EACH; i++) {
      const { id } = await posts.create(actor, { text: `post ${i} #world with @ada_fuzz`, draft: i === 0 });
      pool.ids.push(id);
      if (i === 1) await posts.create(actor, { text: 'a draft', draft: true });
    }
  }
  const published = pool.ids.slice(NAMES.length).filter((_, i) => i % POSTS_EACH !== 0);
  for (const { actor } of people)
    for (const postId of published.slice(0, 8)) {
      await reactions.addToPost(actor, { postId });
      await posts.bookmark(actor, { postId });
      await posts.repost(actor, { postId });
      await posts.create(actor, { text: 'quoting #world', quoteOfId: postId });
      const { id } = await comments.create(actor, { postId, text: 'a comment' });
      await comments.create(actor, { postId, parentId: id, text: 'an answer' });
      await reactions.addToComment(actor, { commentId: id });
      pool.ids.push(id);
    }
  const userIds = people.map(({ id }) => id);
  for (const { actor, id: own } of people)
    for (const title of ['climbers', 'readers']) {
      const { id: conversationId } = await conversations.createGroup(actor, { title, userIds });
      await conversations.createLink(actor, { conversationId });
      await conversations.createLink(actor, { conversationId, maxUses: 1 });
      const other = userIds[(userIds.indexOf(own) + 1) % userIds.length] as string;
      const direct = await conversations.openDirect(actor, { userId: other });
      pool.ids.push(conversationId, direct.id);
    }
}

const unlimited = Object.fromEntries(
  Object.keys(HTTP_LIMITS).map((name) => [name, { limit: 1_000_000_000, windowMs: 300_000 }]),
) as HttpLimitOverrides;

/** @param database the reference storage, or with `{}` the embedded database */
export async function openWorld(database: 'memory' | Record<never, never>): Promise<World> {
  const errors: unknown[] = [];
  const logger: Logger = {
    ...silentLogger,
    error: (fields) => void errors.push(fields),
    child: () => logger,
  };
  const clock = createFakeClock();
  const backEnd = await openBackEnd({ database }, { clock, logger });
  let commits = 0;
  backEnd.storage.onCommit(() => {
    commits++;
  });
  const runtime: Runtime = { clock, logger, tracer: noTracer, hooks: createHooks(), ids: backEnd.ids };
  const realtime = openRealtime(backEnd, runtime, {});
  const wired = createSlices({ backEnd, runtime, gate: openGate, realtime }, {});
  const { slices, services } = wired;
  const pool: Pool = {
    ids: [],
    cursors: [],
    pages: [],
    words: ['ada', 'grace', 'like', 'world', 'a_b', 'note'],
  };
  const actors = new Map<string, Actor>([['nobody', anonymous]]);
  const permissions = staffPermissions(slices.map(({ operations }) => operations));
  for (const name of NAMES) {
    const { account } = await services.identity.ensure(systemActor('fuzz'), {
      externalId: name,
      handle: `${name}_fuzz`,
    });
    pool.ids.push(account.id);
    actors.set(
      name,
      name === 'root' ? staffActor(account.id, { rank: 100, permissions }) : userActor(account.id),
    );
  }
  await populate(services, actors, pool);
  actors.set('system', systemActor('fuzz'));
  const kit: HttpKit = {
    slices,
    runtime,
    rateLimiter: backEnd.rateLimiter,
    health: async () => ({ ready: true }),
  };
  return {
    handler: createHandler(kit, {
      limits: unlimited,
      deadlineMs: 60_000,
      authenticate: (request) => actors.get(request.headers.get('x-as') ?? 'nobody') ?? null,
    }),
    routes: routesOf(slices),
    actors,
    pool,
    commits: () => commits,
    errors,
    close: async () => {
      await wired.close();
      await backEnd.close();
    },
  };
}
