import { type RawBuilder, sql } from 'kysely';

type Sql = RawBuilder<unknown>;

// Neither can stand in JSON text or in a number, so rows need no escaping.
const FIELD = sql`E'\t'`;
const ROW = sql`E'\n'`;

/** Fields of a line. A null would take its separator along: whoever may be one is made a text before. */
const fields = (...parts: readonly Sql[]): Sql => sql`concat_ws(${FIELD}, ${sql.join(parts)})`;
const orEmpty = (column: string): Sql => sql`coalesce(${sql.ref(column)}::text, '')`;
const rows = (of: Sql, from: Sql): Sql => sql`(SELECT string_agg(${of}, ${ROW}) ${from})`;

/** JSON of a text column: never a raw tab or line break, whatever the text. */
const json = (column: string): Sql => sql`coalesce(to_json(${sql.ref(column)})::text, 'null')`;
const orNull = (column: string): Sql => sql`coalesce(${sql.ref(column)}::text, 'null')`;
const truth = (column: string): Sql => sql`CASE WHEN ${sql.ref(column)} THEN 'true' ELSE 'false' END`;

/** Milliseconds between 1970 and the epoch of ids. */
const ID_EPOCH = sql.lit(946_684_800_000);

/**
 * The members `bodyJson` of the core gives. What most posts have none of comes as one text: putting it together takes as
 * long as all the rest.
 */
const body: Sql = sql`concat('"id":"', p.id, '","revision":', p.revision, ',"createdAt":', (p.id >> 22) + ${ID_EPOCH}::bigint,
  ',"publishedAt":', ${orNull('p.published_at')}, ',"status":"', p.status, '","type":"', p.type,
  '","visibility":"', p.visibility, '","commentPolicy":"', p.comment_policy,
  '","text":', to_json(p.text), ',"entities":', p.entities, ',"media":', p.media,
  CASE WHEN p.link IS NULL AND p.content_warning IS NULL AND p.label IS NULL AND p.language IS NULL
      AND p.scheduled_at IS NULL AND p.edited_at IS NULL AND p.expires_at IS NULL
    THEN ',"link":null,"contentWarning":null,"label":null,"language":null,"scheduledAt":null,"editedAt":null,"expiresAt":null'
    ELSE concat(',"link":', ${orNull('p.link')}, ',"contentWarning":', ${json('p.content_warning')},
      ',"label":', ${json('p.label')}, ',"language":', ${json('p.language')}, ',"scheduledAt":', ${orNull('p.scheduled_at')},
      ',"editedAt":', ${orNull('p.edited_at')}, ',"expiresAt":', ${orNull('p.expires_at')})
  END)`;

const summary: Sql = sql`concat('{"id":"', a.id, '","handle":', to_json(a.handle), ',"displayName":', to_json(a.display_name),
  ',"isPrivate":', ${truth('a.is_private')}, ',"avatar":', ${orNull('a.avatar')},
  CASE WHEN a.verified_issuer IS NULL AND a.label IS NULL THEN ',"verified":null,"label":null}'
    ELSE concat(',"verified":', CASE WHEN a.verified_issuer IS NULL THEN 'null'
        ELSE concat('{"issuer":', to_json(a.verified_issuer), ',"at":', coalesce(a.verified_at, 0), '}') END,
      ',"label":', ${json('a.label')}, '}')
  END)`;

/** What changes without a new revision, behind the id and the revision it goes with. */
const tally: readonly Sql[] = [
  sql`p.id`,
  sql`p.revision`,
  sql`p.reaction_count`,
  sql`p.comment_count`,
  sql`p.repost_count`,
  sql`p.quote_count`,
  sql`p.bookmark_count`,
  sql`CASE WHEN p.reaction_count > 0 THEN p.reaction_counts::text ELSE '' END`,
];

const publicPart = (need: Sql): readonly Sql[] => [
  sql`p.author_id`,
  sql`p.status`,
  sql`p.visibility`,
  sql`p.type`,
  sql`p.comment_policy`,
  orEmpty('p.expires_at'),
  orEmpty('p.repost_of_id'),
  orEmpty('p.quote_of_id'),
  sql`CASE WHEN p.id = ANY(${need}) THEN ${body} ELSE '' END`,
  sql`CASE WHEN p.demoted THEN 't' ELSE '' END`,
];

/** Stands for "as you asked": everybody asked about is followed, every author is as the process knows him. */
export const AS_ASKED = 'all';
const ALL = sql.lit(AS_ASKED);

/** Relations read in one go at most; one more means that the viewer has more, and each author is asked for. */
export const FEW_EDGES = 64;
const FEW = sql.lit(FEW_EDGES + 1);

/** The viewer of a statement, and what he is asked about: arrays of ids, each a parameter or a subquery. */
export interface ViewerParts {
  /** `bigint`, 0 without a session. */
  readonly viewer: Sql;
  /** Unix milliseconds. */
  readonly now: Sql;
  readonly follows: Sql;
  /** Rows of `target_id` and `kind`. */
  readonly reactions: Sql;
}

/** The viewer's blocks both ways and mutes. */
const edgesOf = (viewer: Sql, now: Sql): Sql => sql`
  (SELECT concat('b', blocked_id) AS edge FROM blocks WHERE blocker_id = ${viewer} LIMIT ${FEW})
  UNION ALL (SELECT concat('c', blocker_id) FROM blocks WHERE blocked_id = ${viewer} LIMIT ${FEW})
  UNION ALL (SELECT concat(CASE scope WHEN 'all' THEN 'm' ELSE 'n' END, muted_id) FROM mutes
    WHERE muter_id = ${viewer} AND (expires_at IS NULL OR expires_at > ${now}) LIMIT ${FEW})`;

// A negative id: followed, but its reposts are not wanted.
const FOLLOW = sql`CASE WHEN f.hide_reposts THEN -f.followee_id ELSE f.followee_id END`;

const pollOf = (viewer: Sql): Sql => sql`json_build_object('postId', q.post_id::text, 'multiple', q.multiple,
  'expiresAt', q.expires_at, 'voterCount', q.voter_count,
  'options', (SELECT json_agg(json_build_array(o.text, o.vote_count) ORDER BY o.position) FROM poll_options AS o WHERE o.post_id = q.post_id),
  'ballot', (SELECT t.positions FROM poll_ballots AS t WHERE t.post_id = q.post_id AND t.user_id = ${viewer}))::text`;

const always = ({ viewer, now, follows, reactions }: ViewerParts): Sql => sql`
  ${rows(fields(sql`r.target_id`, sql`r.kind`), sql`FROM (${reactions}) AS r`)} AS reacted,
  ${rows(sql`(${FOLLOW})::text`, sql`FROM follows AS f WHERE f.follower_id = ${viewer} AND f.followee_id = ANY(${follows})`)} AS follows,
  ${rows(sql`e.edge`, sql`FROM (${edgesOf(viewer, now)}) AS e`)} AS edges`;

const kept = (viewer: Sql, bookmarked: Sql, reposted: Sql): Sql => sql`
  ${rows(sql`b.post_id::text`, sql`FROM bookmarks AS b WHERE b.user_id = ${viewer} AND b.post_id = ANY(${bookmarked})`)} AS bookmarked,
  ${rows(sql`s.original_id::text`, sql`FROM reposts AS s WHERE s.author_id = ${viewer} AND s.original_id = ANY(${reposted})`)} AS reposted`;

const special = (
  viewer: Sql,
  {
    friends,
    followedBy,
    mentioned,
    polls,
  }: Readonly<Record<'friends' | 'followedBy' | 'mentioned' | 'polls', Sql>>,
): Sql => sql`
  ${rows(sql`f.friend_id::text`, sql`FROM friendships AS f WHERE f.user_id = ${viewer} AND f.friend_id = ANY(${friends})`)} AS friends,
  ${rows(sql`f.follower_id::text`, sql`FROM follows AS f WHERE f.followee_id = ${viewer} AND f.follower_id = ANY(${followedBy})`)} AS "followedBy",
  ${rows(sql`m.post_id::text`, sql`FROM post_mentions AS m WHERE m.account_id = ${viewer} AND m.post_id = ANY(${mentioned})`)} AS mentioned,
  ${rows(pollOf(viewer), sql`FROM polls AS q WHERE q.post_id = ANY(${polls})`)} AS polls`;

/** The newest posts of the viewer himself: what his page unites with its other sources. */
export interface OwnPosts {
  /** Partitions, older first. */
  readonly tables: readonly string[];
  /** The highest id looked at. */
  readonly hi: Sql;
  /** How many. */
  readonly most: Sql;
}

const newestOwn = (viewer: Sql, { tables, hi, most }: OwnPosts): Sql => {
  const newest = tables.map(
    (table) => sql`(SELECT p.id FROM ${sql.table(table)} AS p
      WHERE p.author_id = ${viewer} AND p.status = 'published' AND p.id <= ${hi} ORDER BY p.id DESC LIMIT ${most})`,
  );
  return sql`(SELECT e.id FROM (${sql.join(newest, sql` UNION ALL `)}) AS e ORDER BY e.id DESC LIMIT ${most}) AS own`;
};

/** What a home page rests on besides its posts, as one line; words and tags are JSON. */
const readerLine = (viewer: Sql, now: Sql, own: OwnPosts): Sql => sql`concat(
  (SELECT string_agg(own.id::text, ',' ORDER BY own.id DESC) FROM ${newestOwn(viewer, own)}), ${FIELD},
  (SELECT to_json(array_agg(words.word ORDER BY words.word)) FROM muted_words AS words
    WHERE words.user_id = ${viewer} AND (words.expires_at IS NULL OR words.expires_at > ${now})), ${FIELD},
  EXISTS (SELECT FROM muted_threads AS threads WHERE threads.user_id = ${viewer} AND (threads.expires_at IS NULL OR threads.expires_at > ${now})), ${FIELD},
  (SELECT to_json(array_agg(tags.tag ORDER BY tags.tag)) FROM followed_hashtags AS tags WHERE tags.user_id = ${viewer}))`;

const readerOf = (viewer: Sql, now: Sql, own: OwnPosts | undefined): Sql =>
  own === undefined ? sql`` : sql`, ${readerLine(viewer, now, own)} AS reader`;

/** Columns of `posts` the cold form reads. */
export const POST_COLUMNS = sql`id, author_id, status, visibility, type, text, entities, media, link, content_warning, label,
  comment_policy, repost_of_id, quote_of_id, language, expires_at, scheduled_at, published_at, edited_at, revision,
  demoted, reaction_count, reaction_counts, comment_count, repost_count, quote_count, bookmark_count`;

/** Columns of `posts` the warm form reads. */
export const TALLY_COLUMNS = sql`id, revision, reaction_count, reaction_counts, comment_count, repost_count, quote_count, bookmark_count`;

const idsWhere = (condition: Sql): Sql => sql`ARRAY(SELECT p.id FROM p WHERE ${condition})`;
const authorsWhere = (condition: Sql): Sql => sql`ARRAY(SELECT p.author_id FROM p WHERE ${condition})`;
const ALL_AUTHORS = sql`ARRAY(SELECT p.author_id FROM p)`;

/**
 * Everything one viewer needs for some posts nobody has looked at yet, as one row of text columns. What is looked up about
 * them follows from the posts: only where one has reactions, a poll, an audience of friends and so on.
 *
 * @param of.posts rows with {@link POST_COLUMNS} @param of.reactions the viewer's, to the posts of an array
 * @param of.need posts whose public part is wanted @param of.known accounts whose summary is not wanted
 */
export const coldSql = (of: {
  readonly viewer: Sql;
  readonly now: Sql;
  readonly posts: Sql;
  readonly reactions: (postIds: Sql) => Sql;
  readonly need: Sql;
  readonly known: Sql;
  /** Whether friends, followers, mentions and polls are looked up: few pages have any that ask for them. */
  readonly special: boolean;
  /** Of a home page: what it rests on comes along. */
  readonly own?: OwnPosts | undefined;
}): Sql => {
  const { viewer, now, need, known } = of;
  const author = fields(
    sql`a.id`,
    sql`a.revision`,
    sql`a.state`,
    truth('a.is_private'),
    truth('a.discoverable'),
    sql`CASE WHEN a.id = ANY(${known}) THEN '' ELSE ${summary} END`,
  );
  const asked = () =>
    special(viewer, {
      friends: authorsWhere(sql`p.visibility = 'friends'`),
      followedBy: authorsWhere(sql`p.comment_policy = 'following'`),
      mentioned: idsWhere(sql`p.comment_policy = 'mentioned'`),
      polls: idsWhere(sql`p.type = 'poll'`),
    });
  return sql`WITH p AS MATERIALIZED (${of.posts})
    SELECT ${rows(fields(...tally, ...publicPart(need)), sql`FROM p`)} AS posts,
      ${rows(author, sql`FROM accounts AS a WHERE a.id = ANY(${ALL_AUTHORS})`)} AS authors,
      ${always({ viewer, now, follows: ALL_AUTHORS, reactions: of.reactions(idsWhere(sql`p.reaction_count > 0`)) })},
      ${kept(viewer, idsWhere(sql`p.bookmark_count > 0`), idsWhere(sql`p.repost_count > 0`))}${of.special ? sql`, ${asked()}` : sql``}${readerOf(viewer, now, of.own)}`;
};

/** A list of each viewer's, as two array parameters: all of them one behind another, and where each ends, after a 0. */
export interface PartedList {
  readonly ids: Sql;
  readonly ends: Sql;
}

/** What a warm statement looks up only where some page needs it: a part that is there costs, also when it is asked about nothing. */
export type WarmPart = 'bookmarked' | 'reposted' | 'friends' | 'followedBy' | 'mentioned' | 'polls';

/**
 * The same for posts whose public parts the process holds, for several viewers at once, a row for each: revisions and counts of
 * the posts, whether the authors are as the process knows them, and what the viewer has to do with both. Tables are read by sets
 * of keys in one scan for each viewer: a scan that is started again for every key costs twice as much.
 *
 * @param list gives the list of a part, undefined for a part the statement does not have
 */
export const warmSql = (
  of: {
    /** Array of the viewers' ids. */
    readonly viewers: Sql;
    readonly now: Sql;
    /** Partitions and the ids asked for there; of posts, and of posts that have reactions. */
    readonly posts: readonly { readonly table: string; readonly list: PartedList }[];
    readonly reactions: readonly { readonly table: string; readonly list: PartedList }[];
    /** Ascending, each once. */
    readonly authors: PartedList;
    /** In the same order, with the same ends. */
    readonly authorRevisions: Sql;
    /** Each once. */
    readonly follows: PartedList;
    /** Of home pages: for each viewer the highest id, null when he does not ask, and how many. */
    readonly pages?:
      | { readonly tables: readonly string[]; readonly his: Sql; readonly most: Sql }
      | undefined;
  },
  list: (part: WarmPart) => PartedList | undefined,
): Sql => {
  const viewer = sql`v.id`;
  const part = (all: Sql, ends: Sql): Sql => sql`(${all})[(${ends})[v.n] + 1 : (${ends})[v.n + 1]]`;
  const mine = ({ ids, ends }: PartedList): Sql => part(ids, ends);
  const each = (
    from: readonly { readonly table: string; readonly list: PartedList }[],
    select: (table: Sql, ids: Sql) => Sql,
  ): Sql =>
    sql.join(
      from.map(({ table, list: ids }) => select(sql.table(table), mine(ids))),
      sql` UNION ALL `,
    );
  const posts = each(
    of.posts,
    (table, ids) => sql`SELECT ${TALLY_COLUMNS} FROM ${table} WHERE id = ANY(${ids})`,
  );
  const reactions = each(
    of.reactions,
    (table, ids) =>
      sql`SELECT target_id, kind FROM ${table} WHERE target_id = ANY(${ids}) AND user_id = ${viewer}`,
  );
  const revisions = part(of.authorRevisions, of.authors.ends);
  const text = (array: Sql, between: Sql): Sql => sql`array_to_string(array_agg(${array}), ${between})`;
  const columns: Sql[] = [
    sql`${rows(fields(...tally), sql`FROM (${posts}) AS p`)} AS posts`,
    sql`(SELECT CASE WHEN array_agg(a.id) = ${mine(of.authors)} AND array_agg(a.revision) = ${revisions} THEN ${ALL}
      ELSE concat(${text(sql`a.id`, sql`','`)}, ${FIELD}, ${text(sql`a.revision`, sql`','`)}) END
      FROM accounts AS a WHERE a.id = ANY(${mine(of.authors)})) AS authors`,
    sql`${rows(fields(sql`r.target_id`, sql`r.kind`), sql`FROM (${reactions}) AS r`)} AS reacted`,
    sql`(SELECT CASE WHEN count(*) = cardinality(${mine(of.follows)}) AND NOT bool_or(f.hide_reposts) THEN ${ALL}
      ELSE ${text(FOLLOW, ROW)} END
      FROM follows AS f WHERE f.follower_id = ${viewer} AND f.followee_id = ANY(${mine(of.follows)})) AS follows`,
    sql`${rows(sql`e.edge`, sql`FROM (${edgesOf(viewer, of.now)}) AS e`)} AS edges`,
  ];
  const [bookmarked, reposted] = [list('bookmarked'), list('reposted')];
  if (bookmarked && reposted) columns.push(kept(viewer, mine(bookmarked), mine(reposted)));
  const [friends, followedBy, mentioned, polls] = [
    list('friends'),
    list('followedBy'),
    list('mentioned'),
    list('polls'),
  ];
  if (friends && followedBy && mentioned && polls)
    columns.push(
      special(viewer, {
        friends: mine(friends),
        followedBy: mine(followedBy),
        mentioned: mine(mentioned),
        polls: mine(polls),
      }),
    );
  if (of.pages) {
    const { tables, his, most } = of.pages;
    const own = { tables, hi: sql`(${his})[v.n]`, most: sql`(${most})[v.n]` };
    columns.push(
      sql`CASE WHEN ${own.hi} IS NULL THEN NULL ELSE ${readerLine(viewer, of.now, own)} END AS reader`,
    );
  }
  return sql`SELECT ${sql.join(columns)}
    FROM (SELECT u.id, u.n::integer AS n FROM unnest(${of.viewers}) WITH ORDINALITY AS u (id, n)) AS v ORDER BY v.n`;
};
