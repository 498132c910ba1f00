import type { CommentStatus, TextEntity } from '@socialkit/core';
import type { Generated, JSONColumnType } from 'kysely';

/** Tables of the comments. */
export interface CommentTables {
  comments: CommentsTable;
  comment_threads: CommentThreadsTable;
}

/** Times are Unix milliseconds. */
export interface CommentsTable {
  id: string;
  post_id: string;
  parent_id: string | null;
  root_id: string | null;
  reply_to_id: string | null;
  depth: number;
  author_id: string;
  status: CommentStatus;
  text: string;
  entities: JSONColumnType<readonly TextEntity[]>;
  label: string | null;
  hidden_at: string | null;
  published_at: string | null;
  revision: number;
  edited_at: string | null;
  deleted_at: string | null;
  reply_count: Generated<number>;
  reaction_count: Generated<number>;
  reaction_counts: JSONColumnType<Record<string, number>>;
}

/** One row a post that has comments: where its comments lie among the partitions, and which one is pinned. */
export interface CommentThreadsTable {
  post_id: string;
  first_id: string;
  last_id: string;
  pinned_id: string | null;
}
