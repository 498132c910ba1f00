import type { CoreReaders, Id, KernelStores, Runtime, UnitOfWork } from '@socialkit/core';
import type { TrendGates, TrendLevels, TrendUses } from './store.js';

/** What the writes of trending need of a unit of work. */
export type TrendUnit = Pick<KernelStores, 'jobs' | 'audit'> & { readonly trendGates: TrendGates };

/** How trending behaves here. */
export interface TrendOptions {
  /** Accounts younger than this count for nothing, in ms. @default 48 hours */
  readonly minimumAgeMs?: number;
  /**
   * Where an account is, as coarse as a region: what regional trends are counted by. Only of people who agreed to it.
   * @default nobody is anywhere
   */
  readonly cellOf?: (accountId: Id) => Promise<string | null>;
  /** Looks for trends in the background. @default true */
  readonly looks?: boolean;
}

/** Options with their defaults. */
export interface TrendSettings {
  readonly minimumAgeMs: number;
  readonly cellOf: (accountId: Id) => Promise<string | null>;
}

/** @throws TypeError for options that make no sense */
export function resolveTrendOptions({
  minimumAgeMs = 48 * 60 * 60_000,
  cellOf,
}: TrendOptions): TrendSettings {
  if (!Number.isFinite(minimumAgeMs) || minimumAgeMs < 0)
    throw new TypeError('minimumAgeMs must be 0 or more milliseconds');
  return { minimumAgeMs, cellOf: cellOf ?? (async () => null) };
}

/** What everything in trending works on. */
export interface TrendDeps {
  readonly unitOfWork: UnitOfWork<TrendUnit>;
  readonly readers: Pick<
    CoreReaders,
    'facts' | 'accounts' | 'posts' | 'postViews' | 'postSkeletons' | 'reactions' | 'comments'
  > & {
    readonly trendGates: TrendGates;
  };
  readonly stores: { readonly uses: TrendUses; readonly levels: TrendLevels };
  readonly runtime: Runtime;
  readonly settings: TrendSettings;
}
