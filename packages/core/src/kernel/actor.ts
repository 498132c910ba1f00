import { SocialError } from './errors.js';
import type { Id } from './ids.js';

declare const branded: unique symbol;

/** Somebody without a session. */
export interface AnonymousActor {
  readonly [branded]: true;
  readonly kind: 'anonymous';
}

/** An account acting for itself. */
export interface UserActor {
  readonly [branded]: true;
  readonly kind: 'user';
  readonly id: Id;
}

/** An account that also holds staff permissions. Rank orders staff: nobody acts on an equal or higher rank. */
export interface StaffActor {
  readonly [branded]: true;
  readonly kind: 'staff';
  readonly id: Id;
  readonly rank: number;
  readonly permissions: ReadonlySet<string>;
}

/** The platform itself: jobs, migrations, the operator's console. `name` says which part and lands in audit rows. */
export interface SystemActor {
  readonly [branded]: true;
  readonly kind: 'system';
  readonly name: string;
}

/**
 * Who is calling. Branded: made only by the constructors below, from a verified session, never from a
 * field of a request.
 */
export type Actor = AnonymousActor | UserActor | StaffActor | SystemActor;

const make = <A extends Actor>(fields: Omit<A, typeof branded>): A => Object.freeze(fields) as A;

/** The actor of a request without a session. */
export const anonymous: AnonymousActor = make<AnonymousActor>({ kind: 'anonymous' });

/** @param id the account whose session was verified */
export const userActor = (id: Id): UserActor => make<UserActor>({ kind: 'user', id });

/** @param grant rank (higher outranks lower) and permission names such as `content.review` */
export const staffActor = (
  id: Id,
  grant: { readonly rank: number; readonly permissions: Iterable<string> },
): StaffActor =>
  make<StaffActor>({ kind: 'staff', id, rank: grant.rank, permissions: new Set(grant.permissions) });

/** @param name the part of the platform that acts, for example `scheduler` */
export const systemActor = (name: string): SystemActor => make<SystemActor>({ kind: 'system', name });

/** The account behind an actor, or null for anonymous and system: the `viewer` of read policies. */
export const viewerOf = (actor: Actor): Id | null =>
  actor.kind === 'user' || actor.kind === 'staff' ? actor.id : null;

/**
 * The account that performs a write.
 * @throws actor.unauthenticated (unauthenticated) for anonymous, actor.not_an_account (forbidden) for the system
 */
export function accountOf(actor: Actor): Id {
  if (actor.kind === 'user' || actor.kind === 'staff') return actor.id;
  if (actor.kind === 'system')
    throw new SocialError('forbidden', 'actor.not_an_account', 'the system has no account to act with');
  throw new SocialError('unauthenticated', 'actor.unauthenticated', 'sign in first');
}

/**
 * Guards an operators' operation; the system may do everything.
 * @throws actor.unauthenticated (unauthenticated) for anonymous, actor.missing_permission (forbidden) else
 */
export function requirePermission(actor: Actor, permission: string): void {
  if (actor.kind === 'system') return;
  if (actor.kind === 'staff' && actor.permissions.has(permission)) return;
  if (actor.kind === 'anonymous')
    throw new SocialError('unauthenticated', 'actor.unauthenticated', 'sign in first');
  throw new SocialError('forbidden', 'actor.missing_permission', `this needs the permission ${permission}`);
}
