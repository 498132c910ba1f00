import type { Id } from '@socialkit/core';

/** What the receipts tell other slices and the host. */
export interface ReceiptEvents {
  /** A recount found counters of a conversation that were wrong, and repaired them. */
  'receipt.drift_found': { readonly conversationId: Id; readonly repaired: number };
}

declare module '@socialkit/core' {
  interface EventMap extends ReceiptEvents {}
}
