import type { FeedbackKind } from '@socialkit/feed';

/** Tables of the recommended posts. */
export interface RecommendedPostTables {
  post_feedback: PostFeedbackTable;
}

/** What users said about posts, newest 500 a user. */
export interface PostFeedbackTable {
  user_id: string;
  post_id: string;
  kind: FeedbackKind;
  author_id: string;
  tags: string[];
  /** Unix milliseconds. */
  at: string;
}
