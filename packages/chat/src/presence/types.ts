import { type Id, idSchema } from '@socialkit/core';
import { z } from 'zod';

/** What an account may be connected with. */
export const DEVICE_CLASSES = ['desktop', 'web', 'mobile', 'tablet', 'other'] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** What a device does: somebody uses it, or it is only connected. */
export const DEVICE_STATES = ['online', 'idle'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

/** A class of devices of one account; several devices of one class are one, in the best state of any. */
export interface DevicePresence {
  readonly device: DeviceClass;
  readonly state: DeviceState;
}

/** What an account chose to be while it is connected. `online` follows its devices. */
export const CHOSEN_STATES = ['online', 'idle', 'dnd', 'invisible'] as const;
export type ChosenState = (typeof CHOSEN_STATES)[number];

/** What others see. An invisible account is `offline`, for its blocked and for everybody else. */
export const SHOWN_STATES = ['online', 'idle', 'dnd', 'offline'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** Who learns when an account was last connected; `contacts` are those it follows and its friends. */
export const LAST_SEEN_AUDIENCES = ['everyone', 'contacts', 'nobody'] as const;
export type LastSeenAudience = (typeof LAST_SEEN_AUDIENCES)[number];

/** Accounts asked about in one call. */
export const MAX_PRESENCE_BATCH = 200;
/** Accounts watched by one connection. */
export const MAX_WATCHED = 200;
/** Members of a conversation up to which the connected ones are listed; above it they are counted. */
export const MAX_LISTED_MEMBERS = 250;

export const deviceClassSchema = z.enum(DEVICE_CLASSES);
export const chosenStateSchema = z.enum(CHOSEN_STATES);
export const shownStateSchema = z.enum(SHOWN_STATES);
export const lastSeenAudienceSchema = z.enum(LAST_SEEN_AUDIENCES);

/** An account as a viewer sees it. */
export const presenceViewSchema = z.object({
  userId: idSchema,
  state: shownStateSchema,
  lastSeenAt: z
    .int()
    .nullable()
    .meta({ description: 'Unix milliseconds; null while connected, and when the viewer may not know' }),
});
export type PresenceView = Readonly<z.output<typeof presenceViewSchema>>;

/** Presence as its owner sees it. */
export const ownPresenceSchema = z.object({
  state: chosenStateSchema.meta({ description: 'as chosen' }),
  shown: shownStateSchema.meta({ description: 'as others who may see it see it now' }),
  lastSeen: lastSeenAudienceSchema,
  devices: z
    .array(z.object({ device: deviceClassSchema, state: z.enum(DEVICE_STATES) }))
    .readonly()
    .meta({ description: 'one entry a class of connected devices' }),
});
export type OwnPresence = Readonly<z.output<typeof ownPresenceSchema>>;

/** Nobody knows more of an account than this when he may not see it, or it does not exist. */
export const unseen = (userId: Id): PresenceView => ({ userId, state: 'offline', lastSeenAt: null });
