import { z } from 'zod';
import {
  type Conversation,
  type ConversationSettings,
  MEMBER_ROLES,
  type Member,
  type MemberRole,
} from './types.js';

/** The lowest role that may do something in a group; a setting's name lets the group decide. */
type Threshold = MemberRole | Extract<keyof ConversationSettings, 'whoSends' | 'whoInvites' | 'whoEdits'>;

/**
 * What members of a group can do, and from which role on. THE table: use cases and views ask {@link can} and
 * {@link capabilitiesOf}, nobody compares roles by himself.
 */
export const GROUP_CAPABILITIES = {
  send: 'whoSends',
  invite: 'whoInvites',
  editProfile: 'whoEdits',
  editSettings: 'admin',
  manageLinks: 'admin',
  remove: 'admin',
  ban: 'admin',
  changeRoles: 'owner',
  transfer: 'owner',
  deleteGroup: 'owner',
  pinMessages: 'admin',
  deleteMessages: 'admin',
  skipSlowMode: 'admin',
} as const satisfies Readonly<Record<string, Threshold>>;
export type Capability = keyof typeof GROUP_CAPABILITIES;

/** What both sides of a direct conversation can do while it is writable. */
const DIRECT_CAPABILITIES: ReadonlySet<Capability> = new Set(['send', 'pinMessages']);

const rank = (role: MemberRole): number => MEMBER_ROLES.indexOf(role);

/** Whether the first role is above the second: nobody acts on an equal or higher one. */
export const outranks = (role: MemberRole, other: MemberRole): boolean => rank(role) < rank(other);

const thresholdOf = (settings: ConversationSettings, capability: Capability): MemberRole => {
  const threshold = GROUP_CAPABILITIES[capability];
  if (threshold === 'whoSends' || threshold === 'whoInvites' || threshold === 'whoEdits')
    return settings[threshold] === 'admins' ? 'admin' : 'member';
  return threshold;
};

/** What a member stands on: his own membership, and whether the conversation takes anything from him at all. */
export interface Ground {
  readonly conversation: Pick<Conversation, 'kind' | 'settings'>;
  readonly member: Pick<Member, 'role' | 'state'>;
  /** False where nothing can be written: a blocked or inactive counterpart, a request that waits, an account that may not act. */
  readonly writable: boolean;
}

/** Whether a member can do something. */
export function can({ conversation, member, writable }: Ground, capability: Capability): boolean {
  if (member.state !== 'active' || !writable) return false;
  if (conversation.kind === 'direct') return DIRECT_CAPABILITIES.has(capability);
  return rank(member.role) <= rank(thresholdOf(conversation.settings, capability));
}

/** Schema of the capabilities in a view. */
export const capabilitiesSchema = z.object(
  Object.fromEntries(Object.keys(GROUP_CAPABILITIES).map((name) => [name, z.boolean()])) as Record<
    Capability,
    z.ZodBoolean
  >,
);

/** Every capability of a member: what a client shows buttons by. */
export const capabilitiesOf = (ground: Ground): Readonly<Record<Capability, boolean>> =>
  Object.fromEntries(
    (Object.keys(GROUP_CAPABILITIES) as Capability[]).map((name) => [name, can(ground, name)]),
  ) as Record<Capability, boolean>;
