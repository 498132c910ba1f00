/** Tables of the graph. An `id` is the edge's own: the time it was made, and the keyset of every listing. */
export interface GraphTables {
  follows: FollowsTable;
  follow_requests: FollowRequestsTable;
  friendships: FriendshipsTable;
  friend_requests: FriendRequestsTable;
  blocks: BlocksTable;
  mutes: MutesTable;
  muted_words: MutedWordsTable;
  muted_threads: MutedThreadsTable;
  followed_hashtags: FollowedHashtagsTable;
}

export interface FollowsTable {
  follower_id: string;
  followee_id: string;
  id: string;
  hide_reposts: boolean;
}

export interface FollowRequestsTable {
  requester_id: string;
  target_id: string;
  id: string;
  /** Becomes the follow's option when it is accepted. */
  hide_reposts: boolean;
}

/** Two rows a friendship, with one id. */
export interface FriendshipsTable {
  user_id: string;
  friend_id: string;
  id: string;
}

export interface FriendRequestsTable {
  requester_id: string;
  target_id: string;
  id: string;
}

export interface BlocksTable {
  blocker_id: string;
  blocked_id: string;
  id: string;
}

export interface MutesTable {
  muter_id: string;
  muted_id: string;
  scope: 'all' | 'reposts';
  id: string;
  expires_at: string | null;
}

export interface MutedWordsTable {
  user_id: string;
  word: string;
  id: string;
  expires_at: string | null;
}

export interface MutedThreadsTable {
  user_id: string;
  post_id: string;
  id: string;
  expires_at: string | null;
}

export interface FollowedHashtagsTable {
  user_id: string;
  tag: string;
  id: string;
}
