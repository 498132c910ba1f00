import { PLAYED_FIELDS } from './plain-world.js';
import { grantRequest } from './play-graph.js';
import type { Move, Player } from './player.js';

/** Accounts of a played world; the last one is staff. */
export const PLAYED_ACCOUNTS = 6;

/** Registers the accounts a world begins with. */
export async function settleAccounts({ kit, world, dice }: Player): Promise<void> {
  for (let n = 0; n < PLAYED_ACCOUNTS; n++) {
    const handle = `folk_${n}`;
    const isPrivate = dice.chance(0.3);
    const discoverable = dice.chance(0.8);
    const { id, displayName } = await kit.identity.register(kit.system, {
      externalId: `host-${n}`,
      handle,
      isPrivate,
      discoverable,
    });
    world.accounts.push({
      id,
      handle,
      externalId: `host-${n}`,
      displayName,
      bio: '',
      fields: { firstName: null, location: null, gender: null },
      fieldVisibility: { firstName: 'public', location: 'private', gender: 'private' },
      state: 'active',
      isPrivate,
      discoverable,
      label: null,
      issuer: null,
      role: 'user',
      audits: [],
    });
  }
  const staff = world.accounts.at(-1);
  if (!staff) return;
  await kit.identity.assignRole(kit.system, { userId: staff.id, role: 'admin' });
  staff.role = 'admin';
  staff.audits.push('identity.assignRole');
}

const settings: Move = async (player) => {
  const { kit, world, dice } = player;
  const account = dice.pick(world.accounts);
  const [isPrivate, discoverable] = [dice.chance(0.4), dice.chance(0.7)];
  const change = dice.chance(0.6) ? { isPrivate } : { discoverable };
  if (!(await player.attempt('settings', () => kit.identity.updateSettings(player.as(account.id), change))))
    return;
  Object.assign(account, change);
  if (account.isPrivate || !('isPrivate' in change)) return;
  // Its requests are accepted in the background, the oldest first.
  await kit.idle();
  for (const { from } of world.followRequests.filter(({ to }) => to === account.id))
    grantRequest(player, from, account.id);
};

const profile: Move = async (player) => {
  const { kit, world, dice } = player;
  const account = dice.pick(world.accounts);
  const field = dice.pick(PLAYED_FIELDS);
  const value = dice.chance(0.2) ? null : `${field} ${dice.below(100)}`;
  const visibility = dice.pick(['public', 'followers', 'friends', 'private'] as const);
  const bio = `bio ${dice.below(100)}`;
  const said = await player.attempt('profile', () =>
    kit.identity.updateProfile(player.as(account.id), {
      bio,
      [field]: value,
      fieldVisibility: { [field]: visibility },
    }),
  );
  if (!said) return;
  account.bio = bio;
  account.fields[field] = value;
  account.fieldVisibility[field] = visibility;
};

const state: Move = async (player) => {
  const { kit, world, dice } = player;
  const account = dice.pick(world.accounts);
  const me = player.as(account.id);
  if (dice.chance(0.4)) {
    const verb = account.state === 'deactivated' ? 'reactivate' : 'deactivate';
    const said = await player.attempt(verb, () => kit.identity[verb](me, {}));
    if (said) account.state = said.state;
    return;
  }
  const wanted = dice.weighted([
    ['active', 5],
    ['limited', 3],
    ['suspended', 1],
  ] as const);
  const before = await kit.identity.auditLog(kit.system, { userId: account.id, limit: 1 });
  const said = await player.attempt('moderate', () =>
    kit.identity.moderate(kit.system, { userId: account.id, state: wanted }),
  );
  if (!said) return;
  // Whether there was anything to move shows in the log alone: somebody who is away has a state to come back to.
  const after = await kit.identity.auditLog(kit.system, { userId: account.id, limit: 1 });
  if (after.items[0]?.id !== before.items[0]?.id) account.audits.push('identity.moderate');
  account.state = said.state;
};

const badge: Move = async (player) => {
  const { kit, world, dice } = player;
  const account = dice.pick(world.accounts);
  const userId = account.id;
  if (dice.chance(0.5)) {
    const label = dice.chance(0.4) ? null : 'impersonation';
    if (!(await player.attempt('label', () => kit.identity.setLabel(kit.system, { userId, label })))) return;
    if (account.label !== label) account.audits.push('identity.setLabel');
    account.label = label;
    return;
  }
  const issuer = dice.chance(0.4) ? null : 'town hall';
  if (!(await player.attempt('verify', () => kit.identity.setVerified(kit.system, { userId, issuer }))))
    return;
  if (account.issuer !== issuer) account.audits.push('identity.setVerified');
  account.issuer = issuer;
};

/** What happens to single accounts, and how often. */
export const accountMoves: readonly (readonly [Move, number])[] = [
  [settings, 2],
  [profile, 2],
  [state, 1.5],
  [badge, 0.7],
];
