import { canAct } from '../access/index.js';
import { type Actor, staffActor, userActor } from '../kernel/actor.js';
import { createBatch } from '../kernel/batch.js';
import { SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import { DEFAULT_ROLES, grantOf, type RoleTable } from './roles.js';
import type { AccountReader } from './store.js';

/** Who a verified session belongs to: the host's id of its user, or our account. */
export type SessionSubject = { readonly externalId: string } | { readonly accountId: Id };

/** Turns verified sessions into actors. */
export interface ActorResolver {
  /**
   * The actor of a session the caller has verified, with the staff grant of its role as it stands now. Null when there
   * is no such account. A deactivated account gets an actor: it can come back, and nothing else.
   *
   * @throws account.suspended (forbidden)
   */
  actorFor(subject: SessionSubject): Promise<Actor | null>;
}

/** @param deps.permissions every staff permission there is, see `staffPermissions`: what roles with `all` get */
export function createActorResolver(
  deps: {
    readonly accounts: Pick<AccountReader, 'byIds' | 'byExternalId'>;
    readonly permissions: readonly string[];
  },
  options: { /** @default {@link DEFAULT_ROLES} */ readonly roles?: RoleTable } = {},
): ActorResolver {
  const roles = options.roles ?? DEFAULT_ROLES;
  // Two thousand clients that come back at once are a few questions.
  const byId = createBatch(async (ids: readonly Id[]) => {
    const found = await deps.accounts.byIds([...new Set(ids)]);
    return ids.map((id) => found.get(id));
  });
  return {
    async actorFor(subject) {
      const account =
        'externalId' in subject
          ? await deps.accounts.byExternalId(subject.externalId)
          : await byId(subject.accountId);
      if (!account) return null;
      if (account.state === 'suspended')
        throw new SocialError('forbidden', 'account.suspended', 'this account is suspended');
      const { rank, permissions } = grantOf(roles, account.role);
      const granted = permissions === 'all' ? deps.permissions : permissions;
      return canAct(account) && (granted.length > 0 || rank > 0)
        ? staffActor(account.id, { rank, permissions: granted })
        : userActor(account.id);
    },
  };
}
