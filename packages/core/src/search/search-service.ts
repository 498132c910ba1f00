import { createService, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import { searchOperations } from './operations.js';
import { type SearchDeps, searchAccounts, searchHashtags, searchPosts } from './reads.js';

/** The public service of the search. */
export type SearchService = Service<typeof searchOperations>;

/** Assembles the search. */
export function createSearchService({
  readers,
  runtime,
}: {
  readonly readers: SearchDeps['readers'];
  readonly runtime: Runtime;
}): SearchService {
  const deps: SearchDeps = { readers, clock: runtime.clock };
  return createService(
    searchOperations,
    {
      accounts: (actor, input) => searchAccounts(deps, actor, input),
      hashtags: (actor, input) => searchHashtags(deps, actor, input),
      posts: (actor, input) => searchPosts(deps, actor, input),
    },
    runtime,
  );
}
