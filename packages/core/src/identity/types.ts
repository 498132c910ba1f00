import { z } from 'zod';
import { ACCOUNT_STATES, type AccountState, VISIBILITIES, type Visibility } from '../access/index.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { line, opaqueKey, prose } from '../kernel/text.js';

/** Code points of a bio at most. */
export const MAX_BIO = 500;
/** Code points of a display name at most. */
export const MAX_DISPLAY_NAME = 64;
/** Accounts one batch read asks for, at most. */
export const MAX_ACCOUNT_BATCH = 100;

/** A picture by reference into the host's media store. */
export const avatarSchema = z.strictObject({
  ref: opaqueKey(512),
  alt: prose(1500).nullable().default(null),
});
/** See {@link avatarSchema}. */
export type Avatar = Readonly<z.output<typeof avatarSchema>>;

/** The verified badge: who vouches, and since when (Unix ms). */
export const verifiedSchema = z.object({ issuer: z.string(), at: z.int() });
/** See {@link verifiedSchema}. */
export type Verified = Readonly<z.output<typeof verifiedSchema>>;

/** An account as it is embedded in posts, comments and lists: public facts only. */
export const accountSummarySchema = z.object({
  id: idSchema,
  handle: z.string(),
  displayName: z.string(),
  avatar: z.object({ ref: z.string(), alt: z.string().nullable() }).nullable(),
  verified: verifiedSchema.nullable(),
  isPrivate: z.boolean(),
  label: z
    .string()
    .nullable()
    .meta({ description: 'warning to show before the names and pictures of this account' }),
});
/** See {@link accountSummarySchema}. */
export type AccountSummary = Readonly<z.output<typeof accountSummarySchema>>;

/** Optional profile fields with a visibility of their own. Custom fields add `custom.<name>`. */
export const PROFILE_FIELDS = ['firstName', 'lastName', 'location', 'birthDate', 'gender'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];
/** States a deactivated account can return to. */
export type ResumeState = Exclude<AccountState, 'deactivated'>;
/** A field with a visibility of its own. */
export type FieldName = ProfileField | `custom.${string}`;

/**
 * An account as it is stored. `custom` holds values of the host's declared fields; `fieldVisibility` holds only
 * what differs from the defaults.
 */
export interface Account {
  readonly id: Id;
  /** The host's own id of its user. */
  readonly externalId: string | null;
  /** Canonical. */
  readonly handle: string;
  /** What look-alikes of the handle have in common; unique. */
  readonly handleSkeleton: string;
  readonly displayName: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly bio: string;
  readonly avatar: Avatar | null;
  readonly verifiedIssuer: string | null;
  /** Unix milliseconds. */
  readonly verifiedAt: number | null;
  readonly location: string | null;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string | null;
  readonly gender: string | null;
  readonly fieldVisibility: Readonly<Partial<Record<FieldName, Visibility>>>;
  readonly custom: Readonly<Record<string, unknown>>;
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
  readonly role: string;
  readonly state: AccountState;
  /** What staff gave as the reason of the state; shown to the account itself. */
  readonly stateReason: string | null;
  /** The state a deactivated account returns to. */
  readonly resumeState: ResumeState | null;
  readonly label: string | null;
  /** Who set the label: what the content gate set, an accepted edit clears; what staff set, only staff clear. */
  readonly labelSource: 'gate' | 'staff' | null;
  readonly followerCount: number;
  readonly followingCount: number;
  readonly friendCount: number;
  readonly postCount: number;
  /** Newest published post: where reads of the author's posts begin. */
  readonly lastPostId: Id | null;
  /** Grows with every change of profile, settings, role or state; counters leave it alone. */
  readonly revision: number;
  /** Unix milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The embedded form of an account. */
export const summaryOf = (
  account: Pick<
    Account,
    'id' | 'handle' | 'displayName' | 'avatar' | 'verifiedIssuer' | 'verifiedAt' | 'isPrivate' | 'label'
  >,
): AccountSummary => ({
  id: account.id,
  handle: account.handle,
  displayName: account.displayName,
  avatar: account.avatar,
  verified:
    account.verifiedIssuer === null ? null : { issuer: account.verifiedIssuer, at: account.verifiedAt ?? 0 },
  isPrivate: account.isPrivate,
  label: account.label,
});

const counts = z.object({
  followers: z.int(),
  following: z.int(),
  friends: z.int(),
  posts: z.int(),
});

/** What holds between the caller and the profile's account; all false without a session. */
export const profileViewerSchema = z.object({
  self: z.boolean(),
  following: z.boolean(),
  followedBy: z.boolean(),
  requested: z.boolean().meta({ description: 'the caller has asked to follow' }),
  requestedBy: z.boolean().meta({ description: 'the account has asked to follow the caller' }),
  friends: z.boolean(),
  friendRequested: z.boolean(),
  friendRequestedBy: z.boolean(),
  blocked: z.boolean(),
  muted: z.boolean(),
  repostsHidden: z.boolean(),
});
/** See {@link profileViewerSchema}. */
export type ProfileViewer = Readonly<z.output<typeof profileViewerSchema>>;

const optionalFields = {
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  location: z.string().nullable(),
  birthDate: z.string().nullable().meta({ description: 'YYYY-MM-DD' }),
  gender: z.string().nullable(),
} as const;

/** The shape of a profile; `custom` is added by the operations, which know the host's fields. */
export const profileShape = {
  ...accountSummarySchema.shape,
  bio: z.string(),
  ...optionalFields,
  counts,
  createdAt: z.int().meta({ description: 'Unix milliseconds' }),
  viewer: profileViewerSchema,
} as const;

/** The shape of an account as itself, staff and the host see it. */
export const accountShape = {
  ...accountSummarySchema.shape,
  externalId: z.string().nullable(),
  bio: z.string(),
  ...optionalFields,
  counts,
  createdAt: z.int().meta({ description: 'Unix milliseconds' }),
  updatedAt: z.int().meta({ description: 'Unix milliseconds' }),
  revision: z.int(),
  discoverable: z.boolean(),
  fieldVisibility: z.record(z.string(), z.enum(VISIBILITIES)),
  role: z.string(),
  state: z.enum(ACCOUNT_STATES),
  stateReason: z.string().nullable(),
} as const;

/** Texts and settings of a profile that its owner writes; null clears. */
export const profileInput = {
  displayName: line(MAX_DISPLAY_NAME, 1).optional(),
  firstName: line(MAX_DISPLAY_NAME, 1).nullable().optional(),
  lastName: line(MAX_DISPLAY_NAME, 1).nullable().optional(),
  bio: prose(MAX_BIO).optional(),
  avatar: avatarSchema.nullable().optional(),
  location: line(100, 1).nullable().optional(),
  birthDate: z.iso
    .date()
    .refine((value) => value >= '1900-01-01', 'must be 1900 or later')
    .nullable()
    .optional(),
  gender: line(40, 1).nullable().optional(),
} as const;

/** The error codes of this slice. */
export const IDENTITY_ERRORS = [
  'account.not_found',
  'account.inactive',
  'account.suspended',
  'account.external_id_taken',
  'account.birth_date_in_future',
  'account.custom_too_large',
  'account.illegal_state_change',
  'account.outranked',
  'account.changed_meanwhile',
  'account.unknown_role',
  'handle.invalid',
  'handle.taken',
  'handle.reserved',
  'content.rejected',
  'content.gate_unavailable',
] as const;
