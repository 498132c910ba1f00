import type { MeasureEnd, RestrictionKind, SubjectKind } from '@socialkit/core';

/** Tables of restrictions. */
export interface MeasureTables {
  measures: MeasuresTable;
}

/** Restrictions, each its own statement of reasons. Times are Unix milliseconds. */
export interface MeasuresTable {
  id: string;
  decision_id: string;
  subject_kind: SubjectKind;
  subject_id: string;
  author_id: string;
  revision: number | null;
  kind: RestrictionKind;
  label: string | null;
  until: string | null;
  case_id: string | null;
  grounds: unknown;
  actor_id: string;
  at: string;
  content_at: string;
  language: string | null;
  ended_at: string | null;
  ended_how: MeasureEnd | null;
}
