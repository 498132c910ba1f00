import type { CoreReaders, CoreStores } from '@socialkit/core';
import type { AppealReaders, AppealStores } from './appeals/store.js';
import type { AuditChainReaders, AuditChainStores } from './audit-chain/store.js';
import type { ReportReaders, ReportStores } from './reports/store.js';
import type { ResultReaders, ResultStores } from './results/store.js';
import type { CaseReaders, CaseStores } from './review/store.js';
import type { SignalReaders, SignalStores } from './signals/store.js';
import type { StrikeReaders, StrikeStores } from './strikes/store.js';

/** Everything a unit of work of moderation offers beside the core's: each slice adds its stores here. */
export interface ModerationStores
  extends CaseStores,
    ReportStores,
    ResultStores,
    AppealStores,
    AuditChainStores,
    SignalStores,
    StrikeStores {
  // One line a slice.
}

/** The reading halves outside of a transaction, under the same names. */
export interface ModerationReaders
  extends CaseReaders,
    ReportReaders,
    ResultReaders,
    AppealReaders,
    AuditChainReaders,
    SignalReaders,
    StrikeReaders {
  // One line a slice.
}

/** What a storage back-end hands out where there is moderation. */
export interface ModerationUnit extends CoreStores, ModerationStores {}

/** What it reads. */
export interface ModerationReading extends CoreReaders, ModerationReaders {}
