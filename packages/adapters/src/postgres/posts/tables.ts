import type {
  CommentPolicy,
  ContentStatus,
  LinkCard,
  PostMedia,
  PostType,
  TextEntity,
  Visibility,
} from '@socialkit/core';
import type { Generated, JSONColumnType } from 'kysely';

/** Tables of the posts. */
export interface PostTables {
  posts: PostsTable;
  post_drafts: { author_id: string; post_id: string };
  post_aliases: { draft_id: string; post_id: string };
  post_revisions: PostRevisionsTable;
  hashtags: { tag: string; post_count: Generated<number> };
  post_hashtags: { tag: string; post_id: string };
  post_mentions: { post_id: string; account_id: string };
  reposts: { author_id: string; original_id: string; post_id: string };
  quotes: { original_id: string; post_id: string; author_id: string };
  polls: {
    post_id: string;
    multiple: boolean;
    duration_ms: string;
    expires_at: string | null;
    voter_count: Generated<number>;
  };
  poll_options: { post_id: string; position: number; text: string; vote_count: Generated<number> };
  poll_ballots: { post_id: string; user_id: string; positions: number[] };
  bookmarks: { user_id: string; post_id: string; id: string };
  pins: { user_id: string; post_id: string; id: string };
}

/** Times are Unix milliseconds. */
export interface PostsTable {
  id: string;
  author_id: string;
  status: ContentStatus;
  visibility: Visibility;
  type: PostType;
  text: string;
  entities: JSONColumnType<readonly TextEntity[]>;
  media: JSONColumnType<readonly PostMedia[]>;
  has_media: boolean;
  link: JSONColumnType<LinkCard> | null;
  content_warning: string | null;
  label: string | null;
  demoted: Generated<boolean>;
  comment_policy: CommentPolicy;
  repost_of_id: string | null;
  quote_of_id: string | null;
  language: string | null;
  expires_at: string | null;
  scheduled_at: string | null;
  published_at: string | null;
  edited_at: string | null;
  deleted_at: string | null;
  revision: number;
  reaction_count: Generated<number>;
  reaction_counts: JSONColumnType<Record<string, number>>;
  comment_count: Generated<number>;
  repost_count: Generated<number>;
  quote_count: Generated<number>;
  bookmark_count: Generated<number>;
}

/** Replaced versions of published posts. */
export interface PostRevisionsTable {
  post_id: string;
  revision: number;
  text: string;
  entities: JSONColumnType<readonly TextEntity[]>;
  media: JSONColumnType<readonly PostMedia[]>;
  link: JSONColumnType<LinkCard> | null;
  content_warning: string | null;
  written_at: string;
}
