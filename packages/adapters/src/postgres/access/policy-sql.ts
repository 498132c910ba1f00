import { foldRules, type RuleAlgebra, type RuleName } from '@socialkit/core';
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';

type Truth = RawBuilder<SqlBool>;

const yes: Truth = sql`true`;
const no: Truth = sql`false`;

/**
 * The SQL algebra of the rule table. CASE instead of AND and OR: it keeps the order of the table, so that probes run only
 * where the cheap rules leave the verdict open, and the planner cannot take the condition apart and evaluate half of
 * it twice. Constants are folded away.
 */
const sqlAlgebra: RuleAlgebra<Truth> = {
  yes,
  no,
  and: (a, b) =>
    a === no || b === no ? no : a === yes ? b : b === yes ? a : sql`CASE WHEN ${a} THEN ${b} ELSE false END`,
  or: (a, b) =>
    a === yes || b === yes ? yes : a === no ? b : b === no ? a : sql`CASE WHEN ${a} THEN true ELSE ${b} END`,
};

/**
 * The viewer of a statement as a `bigint` parameter: 0, which is no id, for somebody without a session, so that
 * every comparison with it is plainly false and never NULL.
 */
export const viewerParameter = (viewer: string | null): string => viewer ?? '0';

/** What holds between the viewer and an author, each a two-valued SQL expression. */
export interface RelationExpressions {
  readonly self: Expression<SqlBool>;
  readonly blocked: Expression<SqlBool>;
  readonly follows: Expression<SqlBool>;
  readonly friends: Expression<SqlBool>;
}

/**
 * Whether a row exists, answered by one index probe when it is asked. An EXISTS may be turned into a join or a hash of
 * everything it could match, which a generic plan reads in full for an account with a million followers.
 */
const probe = (rows: RawBuilder<unknown>): Truth => sql`coalesce((SELECT true ${rows} LIMIT 1), false)`;

const edge = (
  table: string,
  from: readonly [column: string, is: Expression<unknown>],
  to: readonly [column: string, is: Expression<unknown>],
): Truth =>
  probe(
    sql`FROM ${sql.table(table)} AS x WHERE x.${sql.ref(from[0])} = ${from[1]} AND x.${sql.ref(to[0])} = ${to[1]}`,
  );

/** Members of a viewer's set that are read once for a whole statement; larger sets are probed row by row. */
const FEW = 64;

/**
 * Whether an account is in a set of the viewer's. Most people block and mute a handful: reading them once costs a
 * statement over 20 posts 2 % where 40 probes cost 25 %. A set of more than {@link FEW} gives NULL, and the probes decide.
 */
const isAmong = (accountId: Expression<unknown>, ids: RawBuilder<unknown>, probes: Truth): Truth =>
  sql`coalesce(${accountId} = ANY((SELECT CASE WHEN count(*) <= ${sql.lit(FEW)} THEN coalesce(array_agg(s.id), '{}') END FROM (${ids} LIMIT ${sql.lit(FEW + 1)}) AS s)::bigint[]), ${probes})`;

const blockedBy = (accountId: Expression<unknown>, viewer: Expression<unknown>): Truth => {
  const blocks = sql.table('blocks');
  return isAmong(
    accountId,
    sql`SELECT blocked_id AS id FROM ${blocks} WHERE blocker_id = ${viewer} UNION ALL SELECT blocker_id FROM ${blocks} WHERE blocked_id = ${viewer}`,
    sqlAlgebra.or(
      edge('blocks', ['blocker_id', viewer], ['blocked_id', accountId]),
      edge('blocks', ['blocker_id', accountId], ['blocked_id', viewer]),
    ),
  );
};

/**
 * Relation facts, each found out only when the rules before it leave the verdict open.
 * @param accountId the account looked at @param viewer see {@link viewerParameter}
 */
export const relationProbes = (
  accountId: Expression<unknown>,
  viewer: Expression<unknown>,
): RelationExpressions => ({
  self: sql`${accountId} = ${viewer}`,
  blocked: blockedBy(accountId, viewer),
  follows: edge('follows', ['follower_id', viewer], ['followee_id', accountId]),
  friends: edge('friendships', ['user_id', viewer], ['friend_id', accountId]),
});

/** Facts no visibility rule asks for, but buttons and mutes do. `now`: Unix milliseconds. */
export const surfaceProbes = (
  accountId: Expression<unknown>,
  viewer: Expression<unknown>,
  now: Expression<unknown>,
): { readonly followedBy: Truth; readonly muted: Truth; readonly repostsHidden: Truth } => {
  const mute = (scope: string): Truth => {
    const held = sql`FROM ${sql.table('mutes')} AS x WHERE x.muter_id = ${viewer} AND x.scope = ${sql.lit(scope)} AND (x.expires_at IS NULL OR x.expires_at > ${now})`;
    return isAmong(
      accountId,
      sql`SELECT x.muted_id AS id ${held}`,
      probe(sql`${held} AND x.muted_id = ${accountId}`),
    );
  };
  return {
    followedBy: edge('follows', ['follower_id', accountId], ['followee_id', viewer]),
    muted: mute('all'),
    repostsHidden: sqlAlgebra.or(
      mute('reposts'),
      probe(
        sql`FROM ${sql.table('follows')} AS x WHERE x.follower_id = ${viewer} AND x.followee_id = ${accountId} AND x.hide_reposts`,
      ),
    ),
  };
};

/** Where the rows of a decision stand in the surrounding statement. */
export interface PostScope {
  /** Alias of the `posts` row. */
  readonly post: string;
  /** Alias of the author's `accounts` row, joined by `author_id`. */
  readonly author: string;
  /** `bigint` parameter, see {@link viewerParameter}. */
  readonly viewer: Expression<unknown>;
  /** Unix milliseconds as a `bigint` parameter. */
  readonly now: Expression<unknown>;
  /** Relation facts the statement already joined. @default {@link relationProbes} */
  readonly relations?: RelationExpressions;
}

interface ContentExpressions {
  readonly status: Expression<unknown>;
  readonly author: string;
  readonly now: Expression<unknown>;
  readonly relations: RelationExpressions;
  readonly container: Truth;
  /** Null for content that never expires. */
  readonly expiresAt: Expression<unknown> | null;
  /** Null for content that has the audience of its container. */
  readonly audience: Expression<unknown> | null;
}

const truth = (expression: Expression<SqlBool>): Truth => sql`${expression}`;

const forms = (content: ContentExpressions): Record<RuleName, Truth> => {
  const { status, relations, audience, expiresAt } = content;
  const column = (name: string) => sql.ref(`${content.author}.${name}`);
  const isFor = (name: string, reached: Truth): Truth =>
    audience === null ? no : sqlAlgebra.and(sql`${audience} = ${sql.lit(name)}`, reached);
  return {
    exists: sql`${status} <> 'deleted'`,
    container: content.container,
    own: truth(relations.self),
    published: sql`${status} IN ('published', 'flagged')`,
    unexpired: expiresAt === null ? yes : sql`(${expiresAt} IS NULL OR ${expiresAt} > ${content.now})`,
    author_active: sql`${column('state')} IN ('active', 'limited')`,
    not_taken_down: sql`${status} <> 'flagged'`,
    no_block: sql`NOT (${relations.blocked})`,
    inherited: audience === null ? yes : no,
    public: isFor('public', sqlAlgebra.or(sql`NOT ${column('is_private')}`, truth(relations.follows))),
    followers: isFor('followers', truth(relations.follows)),
    friends: isFor('friends', truth(relations.friends)),
  };
};

const NONE: ReadonlySet<RuleName> = new Set();

const postVerdict = (scope: PostScope, container: Truth, without: ReadonlySet<RuleName>): Truth =>
  foldRules(
    sqlAlgebra,
    forms({
      status: sql.ref(`${scope.post}.status`),
      audience: sql.ref(`${scope.post}.visibility`),
      expiresAt: sql.ref(`${scope.post}.expires_at`),
      author: scope.author,
      now: scope.now,
      relations: scope.relations ?? relationProbes(sql.ref(`${scope.post}.author_id`), scope.viewer),
      container,
    }),
    without,
  );

/** Id bounds, both inclusive, that keep a subquery within few partitions. */
export interface IdBounds {
  readonly lo: Expression<unknown>;
  readonly hi: Expression<unknown>;
}

const bounded = (alias: string, bounds: IdBounds | undefined): Truth =>
  bounds ? sql`AND ${sql.ref(`${alias}.id`)} BETWEEN ${bounds.lo} AND ${bounds.hi}` : sql``;

const originalVisible = (
  scope: PostScope,
  bounds: IdBounds | undefined,
  without: ReadonlySet<RuleName>,
): Truth => {
  const reference = sql.ref(`${scope.post}.repost_of_id`);
  const original: PostScope = { post: 'op', author: 'oa', viewer: scope.viewer, now: scope.now };
  // An original is never itself a plain repost; a row that claims to be one stays hidden.
  const verdict = postVerdict(original, sql`op.repost_of_id IS NULL`, without);
  return sqlAlgebra.or(
    sql`${reference} IS NULL`,
    probe(
      sql`FROM ${sql.table('posts')} AS op JOIN ${sql.table('accounts')} AS oa ON oa.id = op.author_id WHERE op.id = ${reference} ${bounded('op', bounds)} AND ${verdict}`,
    ),
  );
};

/**
 * THE policy as a condition: true for the posts the viewer may see, plain reposts by the original as well.
 *
 * Looking at the originals touches every partition of `posts` unless `originals` bounds their ids; a statement that
 * reads pages uses {@link visiblePostGivenOriginal} instead and hydrates the originals by the same statement.
 */
export const visiblePost = (scope: PostScope, originals?: IdBounds): Truth =>
  postVerdict(scope, originalVisible(scope, originals, NONE), NONE);

/**
 * The policy but for the `container` rule: a plain repost (`repost_of_id` is set) that passes may be shown exactly
 * when its original passes too. The caller hydrates the originals and drops the reposts of those that are missing.
 */
export const visiblePostGivenOriginal = (scope: PostScope): Truth => postVerdict(scope, yes, NONE);

/** Where the rows of a decision about a comment stand. */
export interface CommentScope extends Omit<PostScope, 'post'> {
  /** Alias of the `comments` row; `author` is the alias of its author's account. */
  readonly comment: string;
}

const commentVerdict = (scope: CommentScope, container: Truth, without: ReadonlySet<RuleName>): Truth =>
  foldRules(
    sqlAlgebra,
    forms({
      status: sql.ref(`${scope.comment}.status`),
      audience: null,
      expiresAt: null,
      author: scope.author,
      now: scope.now,
      relations: scope.relations ?? relationProbes(sql.ref(`${scope.comment}.author_id`), scope.viewer),
      container,
    }),
    without,
  );

const postOfCommentVisible = (
  scope: CommentScope,
  bounds: IdBounds | undefined,
  without: ReadonlySet<RuleName>,
): Truth => {
  const post: PostScope = { post: 'cp', author: 'ca', viewer: scope.viewer, now: scope.now };
  const verdict = postVerdict(post, originalVisible(post, undefined, without), without);
  return probe(
    sql`FROM ${sql.table('posts')} AS cp JOIN ${sql.table('accounts')} AS ca ON ca.id = cp.author_id WHERE cp.id = ${sql.ref(`${scope.comment}.post_id`)} ${bounded('cp', bounds)} AND ${verdict}`,
  );
};

/** THE policy for comments: the comment itself and the post it stands under. @param posts bounds of the posts' ids */
export const visibleComment = (scope: CommentScope, posts?: IdBounds): Truth =>
  commentVerdict(scope, postOfCommentVisible(scope, posts, NONE), NONE);

/** The policy for comments of posts that the caller has found visible to the same viewer, by `requireVisible`. */
export const visibleCommentGivenPost = (scope: CommentScope): Truth => commentVerdict(scope, yes, NONE);

/** Where the row of an account stands. */
export interface AccountScope {
  /** Alias of the `accounts` row. */
  readonly account: string;
  readonly viewer: Expression<unknown>;
  /** @default {@link relationProbes} */
  readonly relations?: RelationExpressions;
}

/** The SQL form of `canViewAccount`: one's own account, and active or limited ones without a block either way. */
export const visibleAccount = (scope: AccountScope): Truth => {
  const relations = scope.relations ?? relationProbes(sql.ref(`${scope.account}.id`), scope.viewer);
  return sqlAlgebra.or(
    truth(relations.self),
    sqlAlgebra.and(
      sql`${sql.ref(`${scope.account}.state`)} IN ('active', 'limited')`,
      sql`NOT (${relations.blocked})`,
    ),
  );
};

/** The SQL form of `canViewConnections`: of accounts that can be seen all but private ones the viewer does not follow. */
export const visibleConnections = (scope: AccountScope): Truth => {
  const relations = scope.relations ?? relationProbes(sql.ref(`${scope.account}.id`), scope.viewer);
  return sqlAlgebra.and(
    visibleAccount({ ...scope, relations }),
    sqlAlgebra.or(
      sqlAlgebra.or(truth(relations.self), sql`NOT ${sql.ref(`${scope.account}.is_private`)}`),
      truth(relations.follows),
    ),
  );
};

/** The SQL form of `shouldSurface` on a surface that recommends, for accounts. It comes after {@link visibleAccount}. */
export const recommendedAccount = (scope: AccountScope & { readonly now: Expression<unknown> }): Truth => {
  const column = (name: string) => sql.ref(`${scope.account}.${name}`);
  const relations = scope.relations ?? relationProbes(column('id'), scope.viewer);
  const { muted } = surfaceProbes(column('id'), scope.viewer, scope.now);
  return sqlAlgebra.or(
    truth(relations.self),
    sqlAlgebra.and(
      sqlAlgebra.or(
        sqlAlgebra.and(sql`${column('state')} = 'active'`, sql`${column('discoverable')}`),
        truth(relations.follows),
      ),
      sql`NOT (${muted})`,
    ),
  );
};

/** The SQL form with rules switched off: for the proof in tests only. */
export const visibleWithout = (without: ReadonlySet<RuleName>) => ({
  post: (scope: PostScope): Truth => postVerdict(scope, originalVisible(scope, undefined, without), without),
  comment: (scope: CommentScope): Truth =>
    commentVerdict(scope, postOfCommentVisible(scope, undefined, without), without),
});
