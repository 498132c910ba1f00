import { z } from 'zod';
import { COMMENT_POLICIES, CONTENT_STATUSES, type RelationFacts, VISIBILITIES } from '../access/index.js';
import { accountSummarySchema } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import type { Page } from '../kernel/page.js';
import { entitySchema } from '../text-entities/index.js';
import { MEDIA_KINDS, POST_TYPES } from './types.js';
import { appendJson } from './view-parts.js';

const unixMs = z.number().meta({ description: 'Unix ms' });

/** An attachment as it is shown. */
export const mediaViewSchema = z.object({
  ref: z.string(),
  type: z.enum(MEDIA_KINDS),
  alt: z.string().nullable(),
});

/** A link card as it is shown. */
export const linkViewSchema = z.object({
  url: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  image: z.string().nullable(),
});

/** A poll as one viewer gets to see it. */
export const pollViewSchema = z.object({
  multiple: z.boolean(),
  expiresAt: unixMs.nullable(),
  closed: z.boolean(),
  voterCount: z.number(),
  options: z
    .array(
      z.object({
        text: z.string(),
        votes: z
          .number()
          .nullable()
          .meta({ description: 'null while the results are hidden from this viewer' }),
      }),
    )
    .readonly(),
  voted: z
    .array(z.number())
    .readonly()
    .nullable()
    .meta({ description: "positions on the viewer's own ballot; null when there is none" }),
});
/** A poll as one viewer gets to see it: results once he has voted, or it has closed, or when it is his own. */
export type PollView = z.output<typeof pollViewSchema>;

/** Engagement counts of a post. */
export const postCountsSchema = z.object({
  comments: z.number(),
  reactions: z.number(),
  byKind: z.record(z.string(), z.number()),
  reposts: z.number(),
  quotes: z.number(),
  bookmarks: z.number(),
});
/** Engagement counts of a post. */
export type PostCounts = z.output<typeof postCountsSchema>;

/** What holds between a viewer and a post. */
export const postViewerSchema = z.object({
  reacted: z.array(z.string()).readonly().meta({ description: 'kinds the viewer reacted with' }),
  bookmarked: z.boolean(),
  reposted: z.boolean(),
  canComment: z.boolean(),
  canShare: z.boolean(),
  canEdit: z.boolean(),
  muted: z.boolean().meta({ description: 'the viewer mutes the author' }),
});

const postFields = {
  id: z.string(),
  author: accountSummarySchema,
  status: z.enum(CONTENT_STATUSES),
  type: z.enum(POST_TYPES),
  visibility: z.enum(VISIBILITIES),
  text: z.string(),
  entities: z.array(entitySchema).readonly(),
  media: z.array(mediaViewSchema).readonly(),
  link: linkViewSchema.nullable(),
  contentWarning: z.string().nullable(),
  label: z.string().nullable(),
  commentPolicy: z.enum(COMMENT_POLICIES),
  language: z.string().nullable(),
  createdAt: unixMs,
  publishedAt: unixMs.nullable(),
  scheduledAt: unixMs.nullable(),
  editedAt: unixMs.nullable(),
  expiresAt: unixMs.nullable(),
  revision: z.number(),
  poll: pollViewSchema.nullable(),
  counts: postCountsSchema,
  viewer: postViewerSchema,
} as const;

/** A quoted post the viewer may not see, or that is gone. */
const unavailableSchema = z.object({ unavailable: z.literal(true) });
/** A post quoted by a quoted post: only its id, to be fetched on its own. */
const collapsedSchema = z.object({ collapsed: z.literal(true), id: z.string() });

interface QuoteView extends z.output<z.ZodObject<typeof postFields>> {
  /** Always null: only what stands in a listing itself can be a plain repost. */
  readonly repostOf: null;
  readonly quoteOf:
    | PostView
    | { readonly unavailable: true }
    | { readonly collapsed: true; readonly id: Id }
    | null;
}

/** A post as one viewer gets to see it. A plain repost has no content but `repostOf`. */
export interface PostView extends Omit<QuoteView, 'repostOf'> {
  readonly repostOf: PostView | null;
}

/** Output schema of a post. */
export const postViewSchema: z.ZodType<PostView> = z.object({
  ...postFields,
  get repostOf(): z.ZodNullable<z.ZodType<PostView>> {
    return z.nullable(postViewSchema);
  },
  get quoteOf(): z.ZodType<PostView['quoteOf']> {
    return z.union([postViewSchema, unavailableSchema, collapsedSchema, z.null()]);
  },
}) as unknown as z.ZodType<PostView>;

/** What feeds ask about a visible author; see `shouldSurface`. */
export type SurfaceFacts = Pick<
  RelationFacts,
  'accountId' | 'self' | 'state' | 'discoverable' | 'follows' | 'muted' | 'repostsHidden'
>;

/** A post one viewer may see: what listings decide with, and the view, as text and parsed when somebody looks. */
export interface HydratedPost {
  readonly id: Id;
  readonly authorId: Id;
  readonly repostOfId: Id | null;
  readonly relation: SurfaceFacts;
  /** Of a plain repost: the original, visible as well. */
  readonly original: HydratedPost | null;
  /** Of a quote: the quoted post when the viewer may see it; not looked up for what a quoted post quotes itself. */
  readonly quoted: HydratedPost | null;
  /** JSON text of the {@link PostView}. */
  readonly json: string;
  /** Parsed at first use. */
  readonly view: PostView;
}

const JSON_TEXT = Symbol.for('socialkit.json_text');

/**
 * The JSON text a value was made from, for transports that would only serialise it again; undefined for values without.
 * It equals `JSON.stringify(value)` up to white space.
 */
export const jsonTextOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null
    ? (value as { readonly [JSON_TEXT]?: string })[JSON_TEXT]
    : undefined;

/** Something with posts in it: `items` are parsed when somebody reads them, `jsonTextOf` gives the text without parsing. */
export interface PostList {
  readonly items: readonly PostView[];
}

/** A page of posts, see {@link createPostPage}. */
export type PostPage = Page<PostView>;

const withItems = <T extends object>(posts: readonly HydratedPost[], rest: T): PostList & T => {
  let items: readonly PostView[] | undefined;
  const result = {
    get items() {
      items ??= Object.freeze(posts.map((post) => post.view));
      return items;
    },
    ...rest,
  };
  Object.defineProperty(result, JSON_TEXT, {
    get: () => {
      const pieces = ['{"items":['];
      for (const [n, post] of posts.entries()) {
        if (n > 0) pieces.push(',');
        appendJson(pieces, post);
      }
      const others = JSON.stringify(rest).slice(1, -1);
      pieces.push(others === '' ? ']}' : `],${others}}`);
      return pieces.join('');
    },
  });
  return Object.freeze(result);
};

/** Joins hydrated posts into a page without parsing or serialising any of them. */
export const createPostPage = (posts: readonly HydratedPost[], nextCursor: string | null): PostPage =>
  withItems(posts, { nextCursor });

/** Joins hydrated posts into a list that is no page. */
export const createPostList = (posts: readonly HydratedPost[]): PostList => withItems(posts, {});
