import type { Viewer } from '../access/index.js';
import type { Id } from '../kernel/ids.js';

/** One account of a listing: who, and the id of the edge that lists it. Edge ids are the keyset of every listing. */
export interface Edge {
  readonly accountId: Id;
  /** Id of the edge row; carries the time it was made. */
  readonly id: Id;
}

/**
 * Asks for one page of edges.
 *
 * Every listing returns edges with ids strictly below `after`, newest (highest id) first, at most `limit`; fewer
 * mean the listing is exhausted. Accounts the viewer cannot see (suspended, deactivated, blocking or blocked by the
 * viewer) are left out by the query itself; without a viewer only the inactive ones are.
 */
export interface EdgeQuery {
  readonly viewer: Viewer;
  readonly after: Id | null;
  readonly limit: number;
}
