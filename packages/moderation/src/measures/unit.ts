import type { Clock, Ids, RestrictionStores } from '@socialkit/core';
import type { StrikeStores } from '../strikes/store.js';
import type { StrikeSettings } from '../strikes/types.js';
import type { Subjects } from '../subjects/types.js';

/** What applying and reversing measures needs of a unit of work, beside what the subjects' adapters ask for. */
export type MeasureStores = RestrictionStores & StrikeStores;

/** What measures work on. */
export interface MeasuresDeps<S extends MeasureStores, R = S> {
  readonly subjects: Subjects<S, R>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly strikes: StrikeSettings;
}
