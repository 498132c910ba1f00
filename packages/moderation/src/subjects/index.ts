export {
  SUBJECT_KINDS,
  type SubjectAdapter,
  type SubjectFacts,
  type SubjectKind,
  type SubjectRef,
  type SubjectSnapshot,
} from '@socialkit/core';
export * from './types.js';
