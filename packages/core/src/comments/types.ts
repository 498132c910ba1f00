import { z } from 'zod';
import { accountSummarySchema } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import { entitySchema, type TextEntity } from '../text-entities/index.js';

/** Characters of a comment at most. */
export const MAX_COMMENT_LENGTH = 2000;
/** Levels of replies below a top-level comment; a deeper reply hangs beside the one it answers. */
export const DEFAULT_MAX_DEPTH = 10;
/** Levels of replies below a top-level comment a host can allow, at most. */
export const MAX_DEPTH = 50;
/** Levels of replies one listing brings along at most. */
export const MAX_LISTED_DEPTH = 10;
/** Replies per comment one listing brings along at most. */
export const MAX_REPLIES_LIMIT = 20;
/** Comments in one listing at most, over all levels; levels that do not fit come without their replies. */
export const MAX_LISTED_COMMENTS = 500;

/** States of a comment. `flagged` is taken down by moderation and kept for appeal. */
export const COMMENT_STATUSES = ['published', 'under_review', 'flagged', 'deleted'] as const;
export type CommentStatus = (typeof COMMENT_STATUSES)[number];

/** Orders of a thread. `top`: most reactions first, newest first among equals. */
export const COMMENT_SORTS = ['newest', 'oldest', 'top'] as const;
export type CommentSort = (typeof COMMENT_SORTS)[number];

/** A comment as it is stored. Times are Unix milliseconds. */
export interface Comment {
  readonly id: Id;
  readonly postId: Id;
  /** What it hangs under: null right below the post. */
  readonly parentId: Id | null;
  /** The top-level comment it hangs under, over any number of levels; null for one itself. */
  readonly rootId: Id | null;
  /** The comment it answers: `parentId`, except where the thread has no deeper level. */
  readonly replyToId: Id | null;
  /** 0 right below the post. */
  readonly depth: number;
  readonly authorId: Id;
  readonly status: CommentStatus;
  /** Raw; empty once deleted. */
  readonly text: string;
  readonly entities: readonly TextEntity[];
  /** Warning of the content gate; the comment is shown behind it. */
  readonly label: string | null;
  /** When the author of the post hid it; null when it is not hidden. */
  readonly hiddenAt: number | null;
  /** When others could see it first; null before. */
  readonly publishedAt: number | null;
  /** From 1, up by one with every edit. */
  readonly revision: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  /** Direct replies that have a place in the thread: see `place.ts`. */
  readonly replyCount: number;
  readonly reactionCount: number;
  readonly reactionCounts: Readonly<Record<string, number>>;
}

const unixMs = z.int().meta({ description: 'Unix milliseconds' });

const commentFields = {
  id: z.string(),
  postId: z.string(),
  parentId: z.string().nullable().meta({ description: 'the comment it hangs under; null below the post' }),
  rootId: z
    .string()
    .nullable()
    .meta({ description: 'the top-level comment of its branch; null for one itself' }),
  replyToId: z.string().nullable().meta({ description: 'the comment it answers' }),
  depth: z.int().meta({ description: '0 right below the post' }),
  status: z.enum(['published', 'under_review', 'flagged', 'unavailable']).meta({
    description:
      'unavailable: deleted, or not for this viewer; author and text are null and it only keeps the place of its replies',
  }),
  author: accountSummarySchema.nullable(),
  text: z.string().nullable(),
  entities: z.array(entitySchema).readonly(),
  label: z.string().nullable(),
  hidden: z.boolean().meta({ description: 'the author of the post hid it: it is listed on request only' }),
  pinned: z.boolean(),
  revision: z.int().meta({ description: '1 as written, one more with every edit' }),
  createdAt: unixMs,
  editedAt: unixMs.nullable(),
  counts: z.object({
    replies: z.int().meta({ description: 'direct replies that have a place in the thread' }),
    reactions: z.int(),
    byKind: z.record(z.string(), z.int()),
  }),
  viewer: z.object({
    reacted: z.array(z.string()).readonly().meta({ description: 'kinds the viewer reacted with' }),
    canReact: z.boolean(),
    canReply: z.boolean(),
    canEdit: z.boolean(),
    canDelete: z.boolean(),
    canHide: z.boolean(),
    canPin: z.boolean(),
  }),
} as const;

/** A comment as one viewer gets to see it. */
export interface CommentView extends z.output<z.ZodObject<typeof commentFields>> {
  /** The first of its replies, where the listing brought them along; null where it did not. */
  readonly replies: {
    readonly items: readonly CommentView[];
    /** For `comments.list` with this comment as `parentId`. */
    readonly nextCursor: string | null;
  } | null;
}

/** Output schema of a comment. */
export const commentViewSchema: z.ZodType<CommentView> = z.object({
  ...commentFields,
  get replies(): z.ZodType<CommentView['replies']> {
    return z
      .object({ items: z.array(commentViewSchema).readonly(), nextCursor: z.string().nullable() })
      .nullable();
  },
}) as unknown as z.ZodType<CommentView>;

/** Output schema of a thread's page. */
export const threadPageSchema = z.object({
  items: z.array(commentViewSchema).readonly(),
  nextCursor: z.string().nullable(),
  pinned: commentViewSchema.nullable().meta({
    description: 'on the first page below a post: the comment its author pinned; it also stands in its place',
  }),
});
export type ThreadPage = z.output<typeof threadPageSchema>;
