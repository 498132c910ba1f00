import type { Actor } from './actor.js';
import type { Id } from './ids.js';

/**
 * Every event type and its payload. Slices add theirs by declaration merging:
 *
 * ```ts no-check: shows the pattern of a slice file
 * declare module '../kernel/events.js' {
 *   interface EventMap { 'post.published': PostPublished }
 * }
 * ```
 *
 * Types are `noun.past_tense`; payloads carry ids and public facts, never private text.
 */
// biome-ignore lint/suspicious/noEmptyInterface: slices merge their events into it
export interface EventMap {}

/** The name of an event, for example `post.published`. */
export type EventType = Extract<keyof EventMap, string>;

/** An event as it is stored and delivered. */
export interface SocialEvent<T extends EventType = EventType> {
  readonly id: Id;
  readonly type: T;
  /** Version of the payload's shape. */
  readonly version: number;
  /** Unix milliseconds. */
  readonly occurredAt: number;
  /** Account id, or `system:<name>` for the platform itself. */
  readonly actorId: string;
  readonly payload: EventMap[T];
}

/** Any event, discriminated by `type`. */
export type AnyEvent = { [T in EventType]: SocialEvent<T> }[EventType];

/** What a use case hands to the outbox; the outbox adds id, time and version. */
export interface NewEvent<T extends EventType = EventType> {
  readonly type: T;
  readonly actor: Actor;
  readonly payload: EventMap[T];
  /** @default 1 */
  readonly version?: number;
}

/** The `actorId` of an envelope. */
export const actorIdOf = (actor: Actor): string =>
  actor.kind === 'system' ? `system:${actor.name}` : actor.kind === 'anonymous' ? 'anonymous' : actor.id;
