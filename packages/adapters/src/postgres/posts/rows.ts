import type {
  CommentPolicy,
  ContentStatus,
  Id,
  LinkCard,
  Post,
  PostMedia,
  PostType,
  TextEntity,
  Visibility,
} from '@socialkit/core';
import { sql } from 'kysely';

/** A row as the driver gives it: `bigint` as text. */
export interface PostRow {
  readonly id: Id;
  readonly authorId: Id;
  readonly status: ContentStatus;
  readonly visibility: Visibility;
  readonly type: PostType;
  readonly text: string;
  readonly entities: readonly TextEntity[];
  readonly media: readonly PostMedia[];
  readonly link: LinkCard | null;
  readonly contentWarning: string | null;
  readonly label: string | null;
  readonly demoted: boolean;
  readonly commentPolicy: CommentPolicy;
  readonly repostOfId: Id | null;
  readonly quoteOfId: Id | null;
  readonly language: string | null;
  readonly expiresAt: string | null;
  readonly scheduledAt: string | null;
  readonly publishedAt: string | null;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly revision: number;
}

/** The columns of a {@link PostRow} from the alias `p`. */
export const POST_FIELDS = sql`
  p.id, p.author_id AS "authorId", p.status, p.visibility, p.type, p.text, p.entities, p.media, p.link,
  p.content_warning AS "contentWarning", p.label, p.demoted, p.comment_policy AS "commentPolicy", p.repost_of_id AS "repostOfId",
  p.quote_of_id AS "quoteOfId", p.language, p.expires_at AS "expiresAt", p.scheduled_at AS "scheduledAt",
  p.published_at AS "publishedAt", p.edited_at AS "editedAt", p.deleted_at AS "deletedAt", p.revision`;

/** Unix ms of a `bigint` column. */
export const time = (value: string | null): number | null => (value === null ? null : Number(value));

/** The post of a row. */
export const postOf = (row: PostRow): Post => ({
  ...row,
  expiresAt: time(row.expiresAt),
  scheduledAt: time(row.scheduledAt),
  publishedAt: time(row.publishedAt),
  editedAt: time(row.editedAt),
  deletedAt: time(row.deletedAt),
});

/** Parameter types of every column a writer sets. */
export const POST_PARAMS = {
  id: 'bigint',
  author: 'bigint',
  status: 'text',
  visibility: 'text',
  type: 'text',
  text: 'text',
  entities: 'jsonb',
  media: 'jsonb',
  hasMedia: 'boolean',
  link: 'jsonb?',
  contentWarning: 'text?',
  label: 'text?',
  demoted: 'boolean',
  commentPolicy: 'text',
  repostOf: 'bigint?',
  quoteOf: 'bigint?',
  language: 'text?',
  expiresAt: 'bigint?',
  scheduledAt: 'bigint?',
  publishedAt: 'bigint?',
  editedAt: 'bigint?',
  deletedAt: 'bigint?',
} as const;

/** The values of {@link POST_PARAMS} for a post. */
export const postValues = (post: Post) => ({
  id: post.id,
  author: post.authorId,
  status: post.status,
  visibility: post.visibility,
  type: post.type,
  text: post.text,
  entities: JSON.stringify(post.entities),
  media: JSON.stringify(post.media),
  hasMedia: post.media.length > 0,
  link: post.link === null ? null : JSON.stringify(post.link),
  contentWarning: post.contentWarning,
  label: post.label,
  demoted: post.demoted,
  commentPolicy: post.commentPolicy,
  repostOf: post.repostOfId,
  quoteOf: post.quoteOfId,
  language: post.language,
  expiresAt: post.expiresAt,
  scheduledAt: post.scheduledAt,
  publishedAt: post.publishedAt,
  editedAt: post.editedAt,
  deletedAt: post.deletedAt,
});

/** Sample values for the EXPLAIN check. */
export const samplePost = (id: Id) => ({
  id,
  author: '1',
  status: 'published',
  visibility: 'public',
  type: 'text',
  text: 'sample',
  entities: '[]',
  media: '[]',
  hasMedia: false,
  link: null,
  contentWarning: null,
  label: null,
  demoted: false,
  commentPolicy: 'everyone',
  repostOf: null,
  quoteOf: null,
  language: null,
  expiresAt: null,
  scheduledAt: null,
  publishedAt: null,
  editedAt: null,
  deletedAt: null,
});
