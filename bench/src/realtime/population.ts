import type { Postgres } from '@socialkit/adapters/postgres';

/** Groups made straight in the tables: a population is scenery, not what is measured. */
export interface Groups {
  /** Ids of the groups. */
  readonly ids: readonly string[];
  /** Ids of the accounts. */
  readonly accounts: readonly string[];
}

const FIRST_ACCOUNT = 3_000_000_000_000_001_000n;
const FIRST_GROUP = 3_100_000_000_000_000_000n;

/**
 * Makes accounts and groups.
 * @param label tells populations of one database apart; letters
 * @param members of a group: numbers of accounts, from 0; the first is the owner
 */
export async function createGroups(
  postgres: Postgres,
  label: string,
  size: { readonly accounts: number; readonly groups: number },
  members: (group: number) => readonly number[],
): Promise<Groups> {
  const at = Date.now();
  const shift = BigInt(label.charCodeAt(0)) * 10_000_000n;
  const accountId = (n: number) => (FIRST_ACCOUNT + shift + BigInt(n)).toString();
  const groupId = (n: number) => (FIRST_GROUP + shift + BigInt(n)).toString();
  const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
  await postgres.pool.query(
    `INSERT INTO accounts (id, handle, handle_skeleton, display_name, created_at, updated_at)
     SELECT $1::bigint + n, $2 || n, $2 || n, 'Account ' || n, $3::bigint, $3::bigint FROM generate_series(0, $4::integer - 1) AS n`,
    [accountId(0), label, at, size.accounts],
  );
  const rows = numbers(size.groups).flatMap((group) =>
    members(group).map((member, place) => ({ group: groupId(group), user: accountId(member), place })),
  );
  const owners = rows.filter(({ place }) => place === 0);
  await postgres.pool.query(
    `INSERT INTO conversations (id, kind, title, owner_id, history, slow_mode_seconds, who_sends, who_invites, who_edits,
       member_count, created_at, created_by)
     SELECT id, 'group', 'Group', owner, 'all', 0, 'members', 'members', 'admins', 0, $3::bigint, owner
     FROM unnest($1::bigint[], $2::bigint[]) AS given (id, owner)`,
    [owners.map(({ group }) => group), owners.map(({ user }) => user), at],
  );
  await postgres.pool.query(
    `INSERT INTO conversation_members (conversation_id, user_id, role, state, since, joined_at)
     SELECT c, u, r, 'active', $4::bigint, $4::bigint FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS given (c, u, r)`,
    [
      rows.map(({ group }) => group),
      rows.map(({ user }) => user),
      rows.map(({ place }) => (place === 0 ? 'owner' : 'member')),
      at,
    ],
  );
  await postgres.pool.query(
    `UPDATE conversations AS c SET member_count = (SELECT count(*) FROM conversation_members AS m WHERE m.conversation_id = c.id)
     WHERE c.id = ANY ($1::bigint[])`,
    [owners.map(({ group }) => group)],
  );
  await postgres.pool.query('ANALYZE accounts, conversations, conversation_members');
  return { ids: numbers(size.groups).map(groupId), accounts: numbers(size.accounts).map(accountId) };
}
