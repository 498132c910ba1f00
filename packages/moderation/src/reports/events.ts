import type { Id, SubjectKind } from '@socialkit/core';

/** What reports tell the others. Not even the envelope says who reported: the platform is the actor. */
export interface ReportEvents {
  'report.created': {
    readonly reportId: Id;
    readonly subjectKind: SubjectKind;
    readonly subjectId: string;
  };
}

declare module '@socialkit/core' {
  interface EventMap extends ReportEvents {}
}
