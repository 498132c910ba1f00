import { canViewAccount, type RelationFacts } from '@socialkit/core';
import type { PresenceRecord } from './store.js';

/** The account follows the viewer, or they are friends: those it chose itself. */
const isContact = (facts: RelationFacts): boolean => facts.followedBy || facts.friends;

/**
 * Whether a viewer may know that an account is connected: whoever may see its profile; of a private account those who are
 * accepted, and those it follows.
 */
export const canViewPresence = (facts: RelationFacts | undefined): facts is RelationFacts =>
  canViewAccount(facts) && (facts.self || !facts.isPrivate || facts.follows || isContact(facts));

/** Whether a member of a conversation may know it of another one: they show themselves there, also with a private account. */
export const canViewMemberPresence = (facts: RelationFacts | undefined): facts is RelationFacts =>
  canViewAccount(facts);

/** Whether a viewer may know when an account was last connected, beyond seeing its presence. */
export const canViewLastSeen = (
  facts: RelationFacts,
  { lastSeen }: Pick<PresenceRecord, 'lastSeen'>,
): boolean => facts.self || lastSeen === 'everyone' || (lastSeen === 'contacts' && isContact(facts));
