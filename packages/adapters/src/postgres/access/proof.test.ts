import { createFakeClock, type FactsReader, type RuleName, VISIBILITY_RULES } from '@socialkit/core';
import {
  disagreements,
  inSpace,
  type PolicyForm,
  typescriptForm,
  type World,
  worldRuns,
  worlds,
} from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import fc from 'fast-check';
import { type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMigratedPglite } from '../../testing/pglite-template.js';
import { openMigratedPostgres } from '../../testing/postgres-template.js';
import type { Postgres } from '../connection.js';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';
import { createPostgresFacts } from './facts.js';
import { loadWorldIntoPostgres } from './load-world.js';
import {
  viewerParameter,
  visibleAccount,
  visibleComment,
  visibleCommentGivenPost,
  visiblePost,
  visiblePostGivenOriginal,
  visibleWithout,
} from './policy-sql.js';

type Params = Readonly<Record<'viewer' | 'now', RawBuilder<unknown>>>;

/** A statement that gives those of some ids that pass a condition on `c`ontent and its `a`uthor. */
const passing = (
  name: string,
  table: 'posts' | 'comments',
  condition: (params: Params) => RawBuilder<SqlBool>,
) =>
  defineStatement({
    name: `proof.${name}`,
    params: { ids: 'bigint[]', viewer: 'bigint', now: 'bigint' },
    build: (_, { ids, ...params }) => sql<{ id: string; post_id: string; repost_of_id: string | null }>`
      SELECT c.* FROM unnest(${ids}) AS wanted (id) JOIN ${sql.table(table)} AS c ON c.id = wanted.id
      JOIN accounts AS a ON a.id = c.author_id WHERE ${condition(params)}`,
    sample: ({ ids, now }) => ({ ids, viewer: '1', now }),
  });

const accounts = defineStatement({
  name: 'proof.accounts',
  params: { ids: 'bigint[]', viewer: 'bigint' },
  build: (_, { ids, viewer }) => sql<{ id: string }>`
    SELECT a.id FROM unnest(${ids}) AS wanted (id) JOIN accounts AS a ON a.id = wanted.id
    WHERE ${visibleAccount({ account: 'a', viewer })}`,
  sample: ({ ids }) => ({ ids, viewer: '1' }),
});

/** Which posts and comments pass, as two statements. */
interface Form {
  readonly posts: ReturnType<typeof passing>;
  readonly comments: ReturnType<typeof passing>;
}

const formOf = (label: string, without: ReadonlySet<RuleName>) => {
  const form = visibleWithout(without);
  return {
    posts: passing(`posts.${label}`, 'posts', (params) => form.post({ post: 'c', author: 'a', ...params })),
    comments: passing(`comments.${label}`, 'comments', (params) =>
      form.comment({ comment: 'c', author: 'a', ...params }),
    ),
  };
};
const whole: Form = {
  posts: passing('posts.whole', 'posts', (params) => visiblePost({ post: 'c', author: 'a', ...params })),
  comments: passing('comments.whole', 'comments', (params) =>
    visibleComment({ comment: 'c', author: 'a', ...params }),
  ),
};
const mutants = VISIBILITY_RULES.map(({ name, says }) => ({ name, says, ...formOf(name, new Set([name])) }));

const stepwise = {
  posts: passing('posts.stepwise', 'posts', (params) =>
    visiblePostGivenOriginal({ post: 'c', author: 'a', ...params }),
  ),
  comments: passing('comments.stepwise', 'comments', (params) =>
    visibleCommentGivenPost({ comment: 'c', author: 'a', ...params }),
  ),
};

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

/** The SQL form of the policy as one condition. */
const sqlForm = (db: Kysely<Database>, { posts, comments }: Form = whole): PolicyForm => ({
  name: 'SQL',
  async see(world, viewer) {
    const who = { viewer: viewerParameter(viewer), now: world.now };
    return {
      posts: new Set(idsOf(await posts.run(db, { ids: idsOf(world.posts), ...who }))),
      comments: new Set(idsOf(await comments.run(db, { ids: idsOf(world.comments), ...who }))),
      accounts: new Set(idsOf(await accounts.run(db, { ids: idsOf(world.accounts), viewer: who.viewer }))),
    };
  },
});

/** The SQL form as pages use it: content first, then what contains it, by the same statement. */
const stepwiseForm = (db: Kysely<Database>): PolicyForm => ({
  name: 'SQL in two steps',
  async see(world, viewer) {
    const who = { viewer: viewerParameter(viewer), now: world.now };
    const passed = await stepwise.posts.run(db, { ids: idsOf(world.posts), ...who });
    const open = new Set(idsOf(passed));
    const posts = new Set(
      idsOf(passed.filter(({ repost_of_id: original }) => original === null || open.has(original))),
    );
    const comments = await stepwise.comments.run(db, { ids: idsOf(world.comments), ...who });
    return { posts, comments: new Set(idsOf(comments.filter(({ post_id: post }) => posts.has(post)))) };
  },
});

const NOW = Date.UTC(2026, 0, 1, 12);

interface OpenDatabase {
  readonly a: Postgres;
  close(): Promise<void>;
}

const prove = (name: string, openDatabase: () => Promise<OpenDatabase>) => {
  const runs = worldRuns(`policy, ${name}`, 60);
  let database: OpenDatabase;
  let db: Kysely<Database>;
  let facts: FactsReader;
  let space = 0;
  beforeAll(async () => {
    database = await openDatabase();
    db = database.a.db;
    facts = createPostgresFacts(db, createFakeClock(NOW));
  });
  afterAll(() => database?.close());

  /** Each world gets ids of its own, shrunk ones too. */
  const load = async (world: World): Promise<World> => {
    const placed = inSpace(world, ++space);
    await loadWorldIntoPostgres(db, placed);
    return placed;
  };

  it(
    'agrees with the naive oracle in every form, about every viewer and item of random worlds',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds(NOW), async (world) => {
          const placed = await load(world);
          const forms = [sqlForm(db), stepwiseForm(db), typescriptForm('TypeScript', facts)];
          for (const form of forms) expect(await disagreements(placed, form)).toEqual([]);
        }),
        runs,
      );
    },
    runs.timeoutMs,
  );

  describe('is found out in SQL', () => {
    for (const { name, says, ...form } of mutants)
      it(`when it forgets that ${says}`, async () => {
        const { failed, counterexample, seed } = await fc.check(
          fc.asyncProperty(
            worlds(NOW),
            async (world) => (await disagreements(await load(world), sqlForm(db, form))).length === 0,
          ),
          { numRuns: 200, endOnFailure: true },
        );
        expect(failed, `200 worlds of seed ${seed} do not miss the rule ${name}`).toBe(true);
        const [world] = counterexample ?? [];
        expect(world && (await disagreements(await load(world), sqlForm(db)))).toEqual([]);
      });
  });

  it('decides alike for somebody who blocks and mutes more than one statement reads at once', async () => {
    const [world] = fc.sample(worlds(NOW, { accounts: 2, posts: 1, comments: 0 }), { numRuns: 1, seed: 7 });
    const many = Array.from({ length: 150 }, (_, n) => ({
      id: (BigInt(world?.accounts[0]?.id ?? '1') + 1_000_000n + BigInt(n)).toString(),
      state: 'active' as const,
      isPrivate: false,
      discoverable: true,
    }));
    const [viewer, ...others] = many;
    if (!world || !viewer) throw new Error('no world');
    const crowd: World = {
      ...world,
      accounts: many,
      follows: [],
      followRequests: [],
      friendships: [],
      friendRequests: [],
      blocks: others
        .filter((_, n) => n % 4 < 2)
        .map(({ id }, n) => (n % 2 === 0 ? { from: viewer.id, to: id } : { from: id, to: viewer.id })),
      mutes: others
        .filter((_, n) => n % 3 > 0)
        .map(({ id }, n) => ({
          from: viewer.id,
          to: id,
          scope: 'all' as const,
          expiresAt: n % 5 === 0 ? NOW - 1 : null,
        })),
      posts: others.map(({ id }, n) => ({
        id: (BigInt(world.posts[0]?.id ?? '1') + 1_000_000n + BigInt(n)).toString(),
        authorId: id,
        status: 'published' as const,
        visibility: 'public' as const,
        expiresAt: null,
        commentPolicy: 'everyone' as const,
        repostOfId: null,
        quoteOfId: null,
        mentions: [],
        hashtags: [],
        hasMedia: false,
      })),
      comments: [],
      bookmarks: [],
    };
    await loadWorldIntoPostgres(db, crowd);
    for (const form of [sqlForm(db), typescriptForm('TypeScript', facts)])
      expect(await disagreements(crowd, form)).toEqual([]);
  });
};

describe('the visibility policy in SQL, embedded', () => prove('PGlite', openMigratedPglite));
describePostgres('the visibility policy in SQL, on a server', (server) =>
  prove('PostgreSQL', () => openMigratedPostgres(server)),
);
