/** How conversations behave here; all are optional. */
export interface ConversationOptions {
  /** Active members of a group at most, 2 to 10,000. @default 1000 */
  readonly maxMembers?: number;
  /** Conversations one account keeps pinned at most. @default 10 */
  readonly maxPinned?: number;
  /** Join links of one group that are not revoked, at most. @default 20 */
  readonly maxLinks?: number;
  /**
   * Who can be put into a group without being asked: those who follow the one who adds (or are friends), friends alone, or
   * nobody. Everybody else is invited. @default 'followers'
   */
  readonly addable?: 'followers' | 'friends' | 'nobody';
  /** Accounts younger than this, in milliseconds, are limited in opening conversations; 0 limits none. @default 7 days */
  readonly newAccountMs?: number;
  /** Conversations such an account opens within 24 hours at most. @default 10 */
  readonly newAccountOpens?: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** @throws TypeError for options that make no sense */
export function resolveConversationOptions(given: ConversationOptions = {}): Required<ConversationOptions> {
  const options = {
    maxMembers: 1000,
    maxPinned: 10,
    maxLinks: 20,
    addable: 'followers' as const,
    newAccountMs: 7 * DAY_MS,
    newAccountOpens: 10,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
  const whole = (
    name: 'maxMembers' | 'maxPinned' | 'maxLinks' | 'newAccountMs' | 'newAccountOpens',
    min: number,
    max: number,
  ) => {
    const value = options[name];
    if (!Number.isInteger(value) || value < min || value > max)
      throw new TypeError(`conversations.${name} must be a whole number from ${min} to ${max}`);
  };
  whole('maxMembers', 2, 10_000);
  whole('maxPinned', 0, 1000);
  whole('maxLinks', 0, 1000);
  whole('newAccountMs', 0, 365 * DAY_MS);
  whole('newAccountOpens', 1, 10_000);
  if (!['followers', 'friends', 'nobody'].includes(options.addable))
    throw new TypeError('conversations.addable must be followers, friends or nobody');
  return options;
}
