import type { CommentPolicy, ContentStatus, Visibility } from '../access/index.js';
import type { Id } from '../kernel/ids.js';
import type { TextEntity } from '../text-entities/index.js';

/** What a post is, by what it carries; an attachment post is named after its first attachment. */
export const POST_TYPES = ['text', 'image', 'video', 'link', 'poll'] as const;
export type PostType = (typeof POST_TYPES)[number];

/** Kinds of attachments. */
export const MEDIA_KINDS = ['image', 'video'] as const;
export type MediaKind = (typeof MEDIA_KINDS)[number];

/** Characters of a post at most. */
export const MAX_POST_LENGTH = 5000;
/** Attachments of a post at most. */
export const MAX_POST_MEDIA = 10;
/** Characters of a content warning at most. */
export const MAX_CONTENT_WARNING = 200;
/** Drafts and scheduled posts of one account at most. */
export const MAX_UNPUBLISHED = 500;
/** Posts on top of a profile at most. */
export const MAX_PINS = 3;
/** Posts in one `getMany` at most. */
export const MAX_POST_BATCH = 100;
/** How far ahead a post can be scheduled, in milliseconds. */
export const MAX_SCHEDULE_AHEAD_MS = 400 * 24 * 60 * 60_000;
/** Options of a poll. */
export const MIN_POLL_OPTIONS = 2;
export const MAX_POLL_OPTIONS = 6;
/** Characters of a poll option at most. */
export const MAX_POLL_OPTION_LENGTH = 100;
/** How long a poll runs, in milliseconds. */
export const MIN_POLL_MS = 5 * 60_000;
export const MAX_POLL_MS = 30 * 24 * 60 * 60_000;
export const DEFAULT_POLL_MS = 24 * 60 * 60_000;

/** One attachment. `ref` names it to whatever keeps the files; order is the author's. */
export interface PostMedia {
  readonly ref: string;
  readonly type: MediaKind;
  /** What it shows, for those who cannot see it. */
  readonly alt: string | null;
}

/** What a link post points at. Everything but the url comes from the preview, if there is one. */
export interface LinkCard {
  readonly url: string;
  readonly title: string | null;
  readonly description: string | null;
  /** An http or https URL. */
  readonly image: string | null;
}

/** What an author writes and may edit. */
export interface PostContent {
  readonly type: PostType;
  /** Raw: what it means stands in `entities`. */
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly media: readonly PostMedia[];
  readonly link: LinkCard | null;
  /** Shown instead of the post until the reader asks for it. */
  readonly contentWarning: string | null;
  /** BCP 47. */
  readonly language: string | null;
}

/**
 * A post as it is stored. Times are Unix milliseconds.
 *
 * A plain repost carries no content: `repostOfId` names its original, which is never itself a plain repost.
 */
export interface Post extends PostContent {
  readonly id: Id;
  readonly authorId: Id;
  readonly status: ContentStatus;
  readonly visibility: Visibility;
  readonly commentPolicy: CommentPolicy;
  /** Warning of the content gate; the post is shown behind it. */
  readonly label: string | null;
  /** Kept out of explore, search, trends and suggestions for others, by moderation. */
  readonly demoted: boolean;
  readonly repostOfId: Id | null;
  readonly quoteOfId: Id | null;
  readonly expiresAt: number | null;
  /** When it is to be published; only of scheduled posts. */
  readonly scheduledAt: number | null;
  /** When others could see it first; null before. */
  readonly publishedAt: number | null;
  /** When published content was last edited. */
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
  /** From 1, up by one with every change of anything above. */
  readonly revision: number;
}

/** A published version of a post that an edit replaced. */
export interface PostRevision extends Omit<PostContent, 'type' | 'language'> {
  readonly postId: Id;
  readonly revision: number;
  /** When this version was written: publication or the edit that made it. Unix ms. */
  readonly writtenAt: number;
}

/** A poll as it is stored. */
export interface Poll {
  readonly postId: Id;
  /** Several options on one ballot. */
  readonly multiple: boolean;
  /** How long it runs from publication, in milliseconds. */
  readonly durationMs: number;
  /** Unix ms; null until it is published. */
  readonly expiresAt: number | null;
  readonly voterCount: number;
  /** In order; `position` counts from 0. */
  readonly options: readonly PollOption[];
}

/** One answer of a poll. */
export interface PollOption {
  readonly position: number;
  readonly text: string;
  readonly voteCount: number;
}
