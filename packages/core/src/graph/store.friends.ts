import type { Id } from '../kernel/ids.js';
import type { Edge, EdgeQuery } from './store.edges.js';

/** Reads friendships and the requests that lead to them. */
export interface FriendReader {
  areFriends(a: Id, b: Id): Promise<boolean>;
  friends(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  hasRequest(requesterId: Id, targetId: Id): Promise<boolean>;
  /** Who asks `userId`. */
  receivedRequests(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
  /** Whom `userId` asks. */
  sentRequests(userId: Id, query: EdgeQuery): Promise<readonly Edge[]>;
}

/** Writes friendships and friend requests. */
export interface FriendWriter {
  /** Makes both directions at once unless they are there. @returns whether the friendship was new */
  insert(a: Id, b: Id, id: Id): Promise<boolean>;
  /** Removes both directions. @returns whether there was one */
  remove(a: Id, b: Id): Promise<boolean>;
  /** Inserts unless there is one. @returns whether it was new */
  insertRequest(requesterId: Id, targetId: Id, id: Id): Promise<boolean>;
  /** @returns whether there was one */
  removeRequest(requesterId: Id, targetId: Id): Promise<boolean>;
}
