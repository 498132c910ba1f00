import type { Generated } from 'kysely';

/** Tables of the feed. */
export interface FeedTables {
  feed_timelines: FeedTimelinesTable;
  feed_entries: FeedEntriesTable;
  feed_authors: FeedAuthorsTable;
  feed_state: FeedStateTable;
  feed_progress: FeedProgressTable;
  feed_pages: FeedPagesTable;
}

/** Who has a timeline: its row is its existence, its ids are the entries. */
export interface FeedTimelinesTable {
  user_id: string;
  build: string;
  building: boolean;
  /** Every delivered id from here on is an entry; 0 when nothing older existed. */
  floor: string;
  /** The lowest id it was filled with; the largest there is for none. */
  oldest: string;
  /** Unix ms. */
  ends_at: string;
}

/** Ids in timelines; those of timelines that ended stay until their month goes. Partitioned by month of `post_id`. */
export interface FeedEntriesTable {
  user_id: string;
  post_id: string;
}

/** Decisions about authors. */
export interface FeedAuthorsTable {
  author_id: string;
  mode: 'push' | 'pull';
  /** Unix ms. */
  since: string;
  active_followers: number;
  posts_per_day: number;
  /** Unix ms. */
  evaluated_at: string;
}

/** One row. */
export interface FeedStateTable {
  one: Generated<boolean>;
  distrust_up_to: string;
}

/** How far the delivery of a large author's post has come. */
export interface FeedProgressTable {
  post_id: string;
  watermark: string;
}

/** Pages of homes read on a day, counted from 1970. */
export interface FeedPagesTable {
  day: number;
  pages: string;
}
