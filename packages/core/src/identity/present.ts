import type { RelationFacts, RequestFacts } from '../access/index.js';
import { type ProfileFields, pickFields } from './fields.js';
import type { OwnAccount } from './operations.js';
import { type Account, type FieldName, type ProfileViewer, summaryOf } from './types.js';

const countsOf = (account: Account) => ({
  followers: account.followerCount,
  following: account.followingCount,
  friends: account.friendCount,
  posts: account.postCount,
});

/** The account as itself and staff see it. */
export const presentAccount = (fields: ProfileFields, account: Account): OwnAccount => ({
  ...summaryOf(account),
  externalId: account.externalId,
  bio: account.bio,
  ...pickFields(fields, account, () => true),
  counts: countsOf(account),
  createdAt: account.createdAt,
  updatedAt: account.updatedAt,
  revision: account.revision,
  discoverable: account.discoverable,
  fieldVisibility: Object.fromEntries(
    fields.names.map((name: FieldName) => [name, fields.visibilityOf(account, name)]),
  ),
  role: account.role,
  state: account.state,
  stateReason: account.stateReason,
});

/**
 * The public part of a profile, which is all a cache may hold: what an anonymous reader of a public account sees.
 * Whether a given viewer sees it is decided on every read.
 */
export interface PublicProfile extends ReturnType<typeof publicProfile> {}

export const publicProfile = (fields: ProfileFields, account: Account) => {
  const shown = pickFields(fields, account, (visibility) => visibility === 'public');
  const all = pickFields(fields, account, () => true);
  return {
    ...summaryOf(account),
    bio: account.bio,
    ...shown,
    counts: countsOf(account),
    createdAt: account.createdAt,
    /** There are fields for fewer than everybody. */
    hasMore: JSON.stringify(shown) !== JSON.stringify(all),
  };
};

const NO_REQUESTS: RequestFacts = {
  requested: false,
  requestedBy: false,
  friendRequested: false,
  friendRequestedBy: false,
};

/** What holds between the caller and the account. */
export const presentViewer = (
  relation: RelationFacts,
  requests: RequestFacts = NO_REQUESTS,
): ProfileViewer => ({
  self: relation.self,
  following: relation.follows,
  followedBy: relation.followedBy,
  requested: requests.requested,
  requestedBy: requests.requestedBy,
  friends: relation.friends,
  friendRequested: requests.friendRequested,
  friendRequestedBy: requests.friendRequestedBy,
  blocked: relation.blocked,
  muted: relation.muted,
  repostsHidden: relation.repostsHidden,
});
