import type { AccountState } from '../access/index.js';
import type { Account } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import type { OpenBackend } from '../suite-backend.js';
import type { Edge, EdgeQuery } from './store.js';

/** An account with nothing special about it. @param handle unique in the back-end; letters and digits */
export const sampleAccount = (id: Id, overrides: Partial<Account> = {}): Account => ({
  id,
  externalId: null,
  handle: `user${id}`,
  handleSkeleton: `user${id}`,
  displayName: `User ${id}`,
  firstName: null,
  lastName: null,
  bio: '',
  avatar: null,
  verifiedIssuer: null,
  verifiedAt: null,
  location: null,
  birthDate: null,
  gender: null,
  fieldVisibility: {},
  custom: {},
  isPrivate: false,
  discoverable: true,
  role: 'user',
  state: 'active',
  stateReason: null,
  resumeState: null,
  label: null,
  labelSource: null,
  followerCount: 0,
  followingCount: 0,
  friendCount: 0,
  postCount: 0,
  lastPostId: null,
  revision: 1,
  createdAt: 1_767_268_800_000,
  updatedAt: 1_767_268_800_000,
  ...overrides,
});

/** Makes `count` accounts in one state and returns their ids, oldest first. */
export async function people(
  open: OpenBackend,
  count: number,
  state: AccountState = 'active',
): Promise<readonly Id[]> {
  const ids = Array.from({ length: count }, () => open.ids.next());
  await open.a.unitOfWork.transact(async ({ accounts }) => {
    for (const id of ids) await accounts.insert(sampleAccount(id, { state }));
  });
  return ids;
}

/** Walks a listing to its end in pages of `size`. */
export async function walk(
  read: (query: EdgeQuery) => Promise<readonly Edge[]>,
  viewer: Id | null,
  size: number,
): Promise<readonly Id[]> {
  const seen: Id[] = [];
  let after: Id | null = null;
  for (;;) {
    const page: readonly Edge[] = await read({ viewer, after, limit: size });
    for (const edge of page) seen.push(edge.accountId);
    if (page.length < size) return seen;
    after = page.at(-1)?.id ?? null;
  }
}
