import { canAct } from '../access/index.js';
import { type Actor, accountOf } from '../kernel/actor.js';
import { forbidden, notFound } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Operations } from '../kernel/operation.js';
import type { Account } from './types.js';

/** What a role may do. */
export interface RoleGrant {
  /** Higher outranks lower; nobody acts on an equal or higher rank. 0 for ordinary people. */
  readonly rank: number;
  /** Permission names such as `account.moderate`; `all` for every permission there is. */
  readonly permissions: readonly string[] | 'all';
}

/** The roles of a platform by name. A role that an account holds and the table lacks counts as `user`. */
export type RoleTable = Readonly<Record<string, RoleGrant>>;

/** The role of new accounts. */
export const DEFAULT_ROLE = 'user';

/** People, moderators who keep the peace, admins who may do everything. */
export const DEFAULT_ROLES: RoleTable = Object.freeze({
  user: { rank: 0, permissions: [] },
  moderator: {
    rank: 50,
    permissions: [
      'account.read',
      'account.moderate',
      'content.read',
      'content.review',
      'content.moderate',
      'cases.read',
      'cases.decide',
      'measures.read',
      'measures.apply',
      'measures.reverse',
      'reports.read',
      'reporters.moderate',
    ],
  },
  admin: { rank: 100, permissions: 'all' },
});

/** The permissions that staff operations of the given slices ask for, sorted: what `all` stands for. */
export const staffPermissions = (slices: readonly Operations[]): readonly string[] =>
  [
    ...new Set(
      slices
        .flatMap((operations) => Object.values(operations))
        .flatMap(({ permission }) =>
          permission.startsWith('staff:') ? [permission.slice('staff:'.length)] : [],
        ),
    ),
  ].sort();

const NOBODY: RoleGrant = Object.freeze({ rank: 0, permissions: [] });

/** The grant of a role; of an unknown one that of nobody. */
export const grantOf = (roles: RoleTable, role: string): RoleGrant =>
  (Object.hasOwn(roles, role) ? roles[role] : undefined) ?? NOBODY;

/**
 * Guards an operators' use case about an account: nobody acts on himself or on an equal or higher rank. Call it inside
 * the unit of work with both accounts locked: a moderator who was demoted meanwhile is refused.
 *
 * @param actor holds the permission already; the system outranks everybody
 * @param staff the actor's own row, undefined for the system
 * @throws account.not_found for a missing target, account.inactive, account.outranked (forbidden)
 */
export function requireOutranks(
  roles: RoleTable,
  actor: Actor,
  staff: Account | undefined,
  target: Account | undefined,
): asserts target is Account {
  if (!target) throw notFound('account');
  if (actor.kind === 'system') return;
  const id: Id = accountOf(actor);
  if (!staff || !canAct(staff)) throw forbidden('account.inactive', 'your account cannot do that now');
  if (id === target.id) throw forbidden('account.outranked', 'nobody acts on his own account');
  const rank = Math.min(actor.kind === 'staff' ? actor.rank : 0, grantOf(roles, staff.role).rank);
  if (rank <= grantOf(roles, target.role).rank)
    throw forbidden('account.outranked', 'this account has an equal or higher rank');
}
