export type { ContentGate, GateSubject, GateVerdict } from '@socialkit/core';
