import type { CoreReaders, Id, Runtime } from '@socialkit/core';
import type { TrendGates, TrendStores } from '../trending/store.js';
import type { InterestStore } from './store.js';

/** How interests behave here. */
export interface InterestOptions {
  /** Where an account is, as coarse as a region. Only of people who agreed to it. @default nobody is anywhere */
  readonly cellOf?: (accountId: Id) => Promise<string | null>;
}

/** What everything in interests works on. */
export interface InterestDeps {
  readonly readers: Pick<CoreReaders, 'facts' | 'follows' | 'posts' | 'topics'> & {
    readonly trendGates: TrendGates;
  };
  readonly stores: { readonly interests: InterestStore; readonly trends: TrendStores };
  readonly runtime: Runtime;
  readonly settings: { readonly cellOf: (accountId: Id) => Promise<string | null> };
}
