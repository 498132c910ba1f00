import type { Postgres } from '@socialkit/adapters/postgres';
/** Makes accounts with the ids of a file: whole numbers, so that ties go to the lower one. */
export declare function addAccounts({ pool }: Postgres, ids: readonly string[]): Promise<void>;
/** Makes follows, the first the oldest, and counts them. */
export declare function addFollows({ pool }: Postgres, edges: readonly (readonly [string, string])[]): Promise<void>;
/** Makes friendships, both ways. */
export declare function addFriends({ pool }: Postgres, pairs: readonly (readonly [string, string])[]): Promise<void>;
