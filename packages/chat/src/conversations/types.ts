import { type Avatar, avatarSchema, type Id, idSchema, line, prose } from '@socialkit/core';
import { z } from 'zod';

/** Code points of a group's title at most. */
export const MAX_TITLE = 100;
/** Code points of a group's description at most. */
export const MAX_DESCRIPTION = 500;
/** How long messages of a conversation can be read, in seconds, where they expire. */
export const MIN_TTL_SECONDS = 5;
export const MAX_TTL_SECONDS = 365 * 24 * 60 * 60;
/** Seconds of slow mode at most. */
export const MAX_SLOW_MODE_SECONDS = 21_600;
/** Accounts one call invites, adds or removes, at most. */
export const MAX_MEMBER_BATCH = 100;
/** A mute without an end: the last instant there is, in Unix milliseconds. */
export const FOREVER = 8_640_000_000_000_000;

/** `direct`: two accounts, one conversation a pair. `group`: a title and roles. */
export const CONVERSATION_KINDS = ['direct', 'group'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

/** Roles of a member, highest first. There is one owner. */
export const MEMBER_ROLES = ['owner', 'admin', 'member'] as const;
export type MemberRole = (typeof MEMBER_ROLES)[number];

/**
 * Where an account stands to a conversation. `active` takes part. `invited` was asked into a group and has not answered.
 * `requested` was written to by a stranger and has not answered. `declined` said no to either. `left`, `removed` and
 * `banned` took part or were kept from it; a banned account cannot come back until it is unbanned.
 */
export const MEMBER_STATES = [
  'active',
  'invited',
  'requested',
  'declined',
  'left',
  'removed',
  'banned',
] as const;
export type MemberState = (typeof MEMBER_STATES)[number];

/** States in which an account knows of a conversation. */
export const KNOWING_STATES = ['active', 'invited', 'requested'] as const satisfies readonly MemberState[];

/** What a member wants to be told about. */
export const NOTIFICATION_LEVELS = ['all', 'mentions', 'none'] as const;
export type NotificationLevel = (typeof NOTIFICATION_LEVELS)[number];

const audience = z.enum(['members', 'admins']);

/** How a group works; a direct conversation has the defaults. `admins` means admins and the owner. */
export const settingsSchema = z.object({
  history: z.enum(['all', 'joined']).meta({
    description: 'what a new member can read: everything, or what came after joining',
  }),
  slowModeSeconds: z
    .int()
    .min(0)
    .max(MAX_SLOW_MODE_SECONDS)
    .meta({ description: 'seconds between two messages of one member; 0 is off; admins are exempt' }),
  messageTtlSeconds: z
    .int()
    .min(MIN_TTL_SECONDS)
    .max(MAX_TTL_SECONDS)
    .nullable()
    .meta({ description: 'seconds a message can be read from now on; null for ever' }),
  whoSends: audience,
  whoInvites: audience,
  whoEdits: audience.meta({ description: 'who changes title, picture and description' }),
});
/** See {@link settingsSchema}. */
export type ConversationSettings = Readonly<z.output<typeof settingsSchema>>;

/** Settings of a conversation nobody changed. */
export const DEFAULT_SETTINGS: ConversationSettings = Object.freeze({
  history: 'all',
  slowModeSeconds: 0,
  messageTtlSeconds: null,
  whoSends: 'members',
  whoInvites: 'members',
  whoEdits: 'admins',
});

/** What a group shows of itself. */
export const profileFields = {
  title: line(MAX_TITLE, 1),
  description: prose(MAX_DESCRIPTION).nullable(),
  avatar: avatarSchema.nullable(),
} as const;

/** A conversation as it is stored. Times are Unix milliseconds. */
export interface Conversation {
  readonly id: Id;
  readonly kind: ConversationKind;
  /** Direct: the two accounts, the smaller id first. */
  readonly pair: readonly [Id, Id] | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly avatar: Avatar | null;
  /** Warning of the content gate, to show before title and picture. */
  readonly label: string | null;
  /** Groups have one owner; direct conversations none. */
  readonly ownerId: Id | null;
  readonly settings: ConversationSettings;
  /** Active members. */
  readonly memberCount: number;
  /** `seq` of the newest message; dense from 1, 0 without any. */
  readonly lastSeq: number;
  /** `offset` of the newest event; dense from 1. */
  readonly lastOffset: number;
  readonly lastMessageAt: number | null;
  readonly createdAt: number;
  readonly createdBy: Id;
  /** From 1, up by one with every change of profile, settings or owner. */
  readonly revision: number;
}

/** An account's membership as it is stored. Times are Unix milliseconds. */
export interface Member {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly role: MemberRole;
  readonly state: MemberState;
  /** When it came into this state. */
  readonly since: number;
  readonly invitedBy: Id | null;
  /** When it last became active; null before. */
  readonly joinedAt: number | null;
  /** Messages up to this one, and events up to this offset, came before it joined. */
  readonly joinedSeq: number;
  readonly joinedOffset: number;
  /** Watermarks: everything up to here was read, was delivered. */
  readonly lastReadSeq: number;
  readonly lastDeliveredSeq: number;
  /** Unread messages that mention it. */
  readonly mentionCount: number;
  readonly markedUnread: boolean;
  /** Grows with every "mark unread": a read mark that was made before one does not undo it. */
  readonly markedUnreadVersion: number;
  readonly notify: NotificationLevel;
  /** Null when not muted, {@link FOREVER} for no end. */
  readonly mutedUntil: number | null;
  readonly archivedAt: number | null;
  readonly pinnedAt: number | null;
  /** Messages up to this one are gone for this member alone. */
  readonly clearedSeq: number;
}

/** The columns of a membership that a new one leaves at their beginnings. */
export const NEW_MEMBER = Object.freeze({
  invitedBy: null,
  joinedAt: null,
  joinedSeq: 0,
  joinedOffset: 0,
  lastReadSeq: 0,
  lastDeliveredSeq: 0,
  mentionCount: 0,
  markedUnread: false,
  markedUnreadVersion: 0,
  notify: 'all',
  mutedUntil: null,
  archivedAt: null,
  pinnedAt: null,
  clearedSeq: 0,
}) satisfies Omit<Member, 'conversationId' | 'userId' | 'role' | 'state' | 'since'>;

/** A join link as it is stored; its token is not. */
export interface JoinLink {
  readonly id: Id;
  readonly conversationId: Id;
  readonly createdBy: Id;
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** Unix milliseconds, or null for no end. */
  readonly expiresAt: number | null;
  /** Null for any number. */
  readonly maxUses: number | null;
  readonly uses: number;
  readonly revokedAt: number | null;
}

/** Whether a link lets somebody in. @param now Unix ms */
export const isUsable = (link: JoinLink, now: number): boolean =>
  link.revokedAt === null &&
  (link.expiresAt === null || link.expiresAt > now) &&
  (link.maxUses === null || link.uses < link.maxUses);

/** Input that names a conversation. */
export const conversationInput = z.strictObject({ conversationId: idSchema });

/** The two accounts of a direct conversation, as they are stored. */
export const pairOf = (a: Id, b: Id): readonly [Id, Id] => (BigInt(a) < BigInt(b) ? [a, b] : [b, a]);
