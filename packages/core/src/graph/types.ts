import { z } from 'zod';
import { accountSummarySchema } from '../identity/types.js';
import { idSchema } from '../kernel/ids.js';
import { pageFields, pageOf } from '../kernel/page.js';
import { hashtagSchema, mutedWordSchema } from './words.js';

/** Users whose relationships one call asks for, at most. */
export const MAX_RELATIONSHIP_BATCH = 100;
/** Where counts of mutuals and of followers one knows stop: "10000 or more". */
export const MAX_COUNTED = 10_000;

/** The other account of a call. */
export const userInput = z.strictObject({ userId: idSchema });
/** A page of one account's connections. */
export const connectionsInput = z.strictObject({ userId: idSchema, ...pageFields });
/** A page of the caller's own entries. */
export const ownInput = z.strictObject({ ...pageFields });

/** Where a follow stands after a call. */
export const followOutcome = z.object({
  status: z.enum(['following', 'requested', 'none']),
  /** False when it stood like this before. */
  changed: z.boolean(),
});
/** Where a friendship stands after a call; `requested` means the caller has asked. */
export const friendOutcome = z.object({
  status: z.enum(['friends', 'requested', 'none']),
  changed: z.boolean(),
});
/** Where a block stands after a call. */
export const blockOutcome = z.object({ status: z.enum(['blocking', 'none']), changed: z.boolean() });
/** Where a mute stands after a call. */
export const muteOutcome = z.object({ status: z.enum(['muted', 'none']), changed: z.boolean() });
/** Where following a hashtag stands after a call. */
export const hashtagOutcome = z.object({ status: z.enum(['following', 'none']), changed: z.boolean() });

/** What holds between the caller and another account. */
export const relationshipSchema = z.object({
  following: z.boolean().meta({ description: 'the caller follows the account' }),
  hideReposts: z.boolean().meta({ description: 'the follow leaves out reposts' }),
  followedBy: z.boolean().meta({ description: 'the account follows the caller' }),
  requested: z.boolean().meta({ description: 'the caller has asked to follow and waits' }),
  requestedBy: z.boolean().meta({ description: 'the account has asked to follow the caller' }),
  friends: z.boolean(),
  friendRequested: z.boolean().meta({ description: 'the caller has asked to be friends' }),
  friendRequestedBy: z.boolean().meta({ description: 'the account has asked to be friends' }),
  blocking: z.boolean().meta({ description: 'the caller blocks the account' }),
  muted: z.boolean().meta({ description: 'the caller mutes everything of the account' }),
  mutedUntil: z.number().nullable().meta({ description: 'Unix ms when the mute ends, null for no end' }),
  repostsMuted: z.boolean().meta({ description: 'the caller mutes what the account reposts' }),
});
/** What holds between the caller and another account. Who blocks the caller is never part of it. */
export type Relationship = z.output<typeof relationshipSchema>;

/** An account in a listing, with what holds between it and the caller (null without a session and for oneself). */
export const connectionSchema = z.object({
  account: accountSummarySchema,
  viewer: relationshipSchema.nullable(),
});
export type Connection = z.output<typeof connectionSchema>;
/** A page of connections. */
export const connectionPage = pageOf(connectionSchema);

/** A request in a listing. */
const requestSchema = connectionSchema.extend({
  requestedAt: z.number().meta({ description: 'Unix ms' }),
});
/** A page of requests. */
export const requestPage = pageOf(requestSchema);

/** A muted account in a listing; an account appears once per scope. */
export const mutedSchema = connectionSchema.extend({
  scope: z.enum(['all', 'reposts']),
  expiresAt: z.number().nullable(),
});

/** A page of connections and how many there are in all. */
export const countedConnections = connectionPage.extend({
  count: z.number().meta({ description: `how many there are; counting stops at ${MAX_COUNTED}` }),
});

/** When a mute ends: Unix ms in the future, or null for no end. */
export const expiryFields = {
  expiresAt: z.int().min(0).max(8_640_000_000_000_000).nullable().default(null),
} as const;

/** Input of `graph.muteWord`. */
export const muteWordInput = z.strictObject({ word: mutedWordSchema, ...expiryFields });
/** Input of the hashtag operations. */
export const hashtagInput = z.strictObject({ tag: hashtagSchema });

/** The social graph around one account in one call. */
export const overviewSchema = z.object({
  account: accountSummarySchema,
  viewer: relationshipSchema.nullable(),
  counts: z.object({
    followers: z.number(),
    following: z.number(),
    friends: z.number(),
    mutuals: z.number().nullable(),
  }),
  /** False for a private account the caller does not follow: then the lists are null. */
  connectionsVisible: z.boolean(),
  followers: connectionPage.nullable(),
  following: connectionPage.nullable(),
  mutuals: connectionPage.nullable(),
  followersYouKnow: countedConnections.nullable(),
});
export type Overview = z.output<typeof overviewSchema>;
