import type { World, WorldAccount, WorldComment, WorldPost } from '@socialkit/core/testing';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Optional profile fields the played worlds use. */
export const PLAYED_FIELDS = ['firstName', 'location', 'gender'] as const;
export type PlayedField = (typeof PLAYED_FIELDS)[number];

/** An account as plain facts. */
export interface PlainAccount extends Mutable<WorldAccount> {
  readonly handle: string;
  readonly externalId: string;
  displayName: string;
  bio: string;
  readonly fields: Record<PlayedField, string | null>;
  readonly fieldVisibility: Record<PlayedField, WorldPost['visibility']>;
  label: string | null;
  issuer: string | null;
  role: string;
  /** What staff did about it, oldest first. */
  readonly audits: string[];
}

/** A poll as plain facts. */
export interface PlainPoll {
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly durationMs: number;
  expiresAt: number | null;
  readonly ballots: { readonly userId: string; readonly options: readonly number[] }[];
}

/** A post as plain facts. */
export interface PlainPost extends Mutable<WorldPost> {
  text: string;
  contentWarning: string | null;
  media: readonly string[];
  label: string | null;
  publishedAt: number | null;
  scheduledAt: number | null;
  editedAt: number | null;
  poll: PlainPoll | null;
  /** Published versions that edits replaced, oldest first. */
  versions: { readonly text: string; readonly writtenAt: number }[];
  /** The id it had before it was published. */
  draftId: string | null;
}

/** A comment as plain facts. */
export interface PlainComment extends Mutable<WorldComment> {
  text: string;
  label: string | null;
  hidden: boolean;
  edited: boolean;
}

/** Where an account stands to a conversation, as plain facts. */
export interface PlainMember {
  readonly userId: string;
  role: 'owner' | 'admin' | 'member';
  state: 'active' | 'invited' | 'requested' | 'declined' | 'left' | 'removed' | 'banned';
  /** When it came into this state, and when it last began to take part. */
  since: number;
  joinedAt: number;
  invitedBy: string | null;
  /** Messages up to these: came before it joined, were read, were cleared. */
  joinedSeq: number;
  readSeq: number;
  clearedSeq: number;
  archived: boolean;
  pinned: boolean;
  mutedUntil: number | null;
  notify: 'all' | 'mentions' | 'none';
}

/** A join link as plain facts. */
export interface PlainLink {
  readonly id: string;
  readonly token: string;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly maxUses: number | null;
  uses: number;
  revoked: boolean;
}

/** A conversation as plain facts. */
export interface PlainConversation {
  readonly id: string;
  readonly kind: 'direct' | 'group';
  title: string | null;
  description: string | null;
  history: 'all' | 'joined';
  whoSends: 'members' | 'admins';
  whoInvites: 'members' | 'admins';
  whoEdits: 'members' | 'admins';
  slowModeSeconds: number;
  readonly createdAt: number;
  readonly createdBy: string;
  lastSeq: number;
  lastMessageAt: number | null;
  deleted: boolean;
  readonly members: PlainMember[];
  readonly links: PlainLink[];
}

/** A message as plain facts. */
export interface PlainMessage {
  readonly conversationId: string;
  readonly seq: number;
  readonly authorId: string;
  text: string;
  deleted: boolean;
  readonly forwarded: boolean;
  readonly replyToSeq: number | null;
  readonly threadRootSeq: number | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  pinnedAt: number | null;
  /** What it said before, oldest first. */
  readonly earlier: string[];
  revision: number;
  reactions: { readonly userId: string; readonly kind: string }[];
  /** Who deleted it for himself. */
  readonly hiddenFor: string[];
}

/** What an account has begun to write. */
export interface PlainDraft {
  readonly userId: string;
  readonly conversationId: string;
  readonly text: string;
}

/** An account's mark "unread" in a conversation. */
export interface PlainMark {
  readonly userId: string;
  readonly conversationId: string;
  marked: boolean;
  version: number;
}

/** What an account chose to be, and whether it is connected, as plain facts. */
export interface PlainPresence {
  readonly userId: string;
  connected: boolean;
  state: 'online' | 'idle' | 'dnd' | 'invisible';
  lastSeen: 'everyone' | 'contacts' | 'nobody';
  lastSeenAt: number | null;
}

interface Ending {
  expiresAt: number | null;
}

/**
 * A platform as plain data, kept beside a kit by whoever plays it. Lists of edges are in the order in which they came to
 * be, so that "newest first" is the list backwards.
 */
export interface PlainWorld extends World {
  now: number;
  readonly accounts: PlainAccount[];
  readonly follows: Mutable<World['follows'][number]>[];
  readonly followRequests: { from: string; to: string; hideReposts: boolean }[];
  readonly friendships: { from: string; to: string }[];
  readonly friendRequests: { from: string; to: string }[];
  readonly blocks: { from: string; to: string }[];
  readonly mutes: Mutable<World['mutes'][number]>[];
  readonly posts: PlainPost[];
  readonly comments: PlainComment[];
  readonly bookmarks: { id: string; userId: string; postId: string }[];
  readonly pins: { userId: string; postId: string }[];
  readonly pinnedComments: { postId: string; commentId: string }[];
  readonly reactions: { userId: string; targetKind: 'post' | 'comment'; targetId: string; kind: string }[];
  readonly mutedWords: ({ readonly userId: string; readonly word: string } & Ending)[];
  readonly mutedThreads: ({ readonly userId: string; readonly postId: string } & Ending)[];
  readonly followedTags: { readonly userId: string; readonly tag: string }[];
  readonly conversations: PlainConversation[];
  readonly presences: PlainPresence[];
  readonly messages: PlainMessage[];
  /** Changed last last. */
  readonly drafts: PlainDraft[];
  readonly scheduled: {
    readonly id: string;
    readonly userId: string;
    readonly text: string;
    readonly sendAt: number;
  }[];
  readonly marks: PlainMark[];
  /** Who keeps to himself what he has read. */
  readonly readers: { readonly userId: string; shares: boolean }[];
}

/** A world in which nobody lives yet. @param now Unix ms */
export const emptyWorld = (now: number): PlainWorld => ({
  now,
  accounts: [],
  follows: [],
  followRequests: [],
  friendships: [],
  friendRequests: [],
  blocks: [],
  mutes: [],
  posts: [],
  comments: [],
  bookmarks: [],
  pins: [],
  pinnedComments: [],
  reactions: [],
  mutedWords: [],
  mutedThreads: [],
  followedTags: [],
  conversations: [],
  presences: [],
  messages: [],
  drafts: [],
  scheduled: [],
  marks: [],
  readers: [],
});

/** Removes what matches, in place. @returns whether there was any */
export function drop<T>(list: T[], matches: (item: T) => boolean): boolean {
  let removed = false;
  for (let at = list.length - 1; at >= 0; at--)
    if (matches(list[at] as T)) {
      list.splice(at, 1);
      removed = true;
    }
  return removed;
}
