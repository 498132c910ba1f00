import type { BoundSlice, Operations } from '@socialkit/core';

/** A slice as transports see it. */
export const bound = (name: string, operations: Operations, service: unknown): BoundSlice => ({
  name,
  operations,
  service: service as BoundSlice['service'],
});
