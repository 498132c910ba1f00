import { z } from 'zod';
import { accountSummarySchema } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import type { ReactionTargetKind } from './store.js';

/** The kinds of reactions there are unless the host chooses others. */
export const DEFAULT_REACTION_KINDS = ['like', 'love', 'laugh', 'wow', 'sad', 'angry'] as const;
/** Kinds a host can allow, at most. */
export const MAX_REACTION_KINDS = 32;
/** Accounts shown as a sample of whom one knows among those who reacted. */
export const KNOWN_SAMPLE = 3;
/** Up to this many known accounts are counted; `more` says whether there are others. */
export const KNOWN_CAP = 1000;

/** Name of a kind: a letter, then letters, digits and underscores, at most 32 characters, lower case. */
export const reactionKindSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,31}$/, 'must be a reaction kind such as like')
  .meta({ examples: ['like', 'love'] });

/** What an actor's own reactions to a target are after a change. */
export const reactedSchema = z.object({
  changed: z.boolean().meta({ description: 'false when everything was as asked for already' }),
  reacted: z.array(z.string()).readonly().meta({ description: 'the kinds the actor now has on the target' }),
});
export type Reacted = z.infer<typeof reactedSchema>;

/** Who reacted, and how. */
export const reactorSchema = z.object({
  user: accountSummarySchema,
  kind: z.string(),
  reactedAt: z.int().meta({ description: 'Unix milliseconds' }),
});
export type Reactor = z.infer<typeof reactorSchema>;

/** Those the viewer follows among who reacted. */
export const knownReactorsSchema = z.object({
  sample: z
    .array(reactorSchema)
    .readonly()
    .meta({ description: `the newest, at most ${KNOWN_SAMPLE}` }),
  count: z.int().meta({ description: 'accounts, each counted once' }),
  more: z.boolean().meta({ description: 'true when there may be more than were counted' }),
});
export type KnownReactors = z.infer<typeof knownReactorsSchema>;

/** One of the actor's own reactions. */
export const ownReactionSchema = z.object({
  targetKind: z.enum(['post', 'comment']),
  targetId: z.string(),
  kind: z.string(),
  reactedAt: z.int().meta({ description: 'Unix milliseconds' }),
});
export type OwnReaction = z.infer<typeof ownReactionSchema>;

/** A reaction was given. */
export interface ReactionAdded {
  /** Carries the time it was given, also in the event of its removal. */
  readonly reactionId: Id;
  readonly targetKind: ReactionTargetKind;
  readonly targetId: Id;
  readonly userId: Id;
  readonly kind: string;
  /** Author of the target. */
  readonly authorId: Id;
}

/** A reaction was taken back, or replaced by one of another kind. */
export type ReactionRemoved = Omit<ReactionAdded, 'authorId'>;

declare module '../kernel/events.js' {
  interface EventMap {
    'reaction.added': ReactionAdded;
    'reaction.removed': ReactionRemoved;
  }
}
