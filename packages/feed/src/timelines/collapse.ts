import { type Id, idSchema } from '@socialkit/core';
import { z } from 'zod';

/** Which originals reposts have shown last, newest first. */
export interface Collapse {
  /** Whether a repost of this original is to be shown; remembers it if so. */
  admit(originalId: Id): boolean;
  /** For a cursor: read by {@link createCollapse}. */
  encode(): string;
}

const RADIX = 36;
/** Ids in base 36, newest first, joined by dots. */
export const collapseSchema = z
  .string()
  .max(300)
  .regex(/^([0-9a-z]{1,13}(\.[0-9a-z]{1,13})*)?$/);

const fromBase36 = (text: string): Id => {
  let value = 0n;
  for (const digit of text) value = value * BigInt(RADIX) + BigInt(Number.parseInt(digit, RADIX));
  return value.toString();
};

/**
 * Shows an original once among neighbouring reposts: the newest repost stands, older ones of the same original are left out
 * while it is one of the `window` reposts shown last. The original's own place in a listing is not touched.
 *
 * The state travels in the cursor, so that paging decides as one long read would.
 *
 * @param state what {@link Collapse.encode} gave, or null at the top
 */
export function createCollapse(window: number, state: string | null): Collapse {
  const shown: Id[] = state ? state.split('.').map(fromBase36) : [];
  return {
    admit(originalId) {
      if (shown.includes(originalId)) return false;
      shown.unshift(originalId);
      if (shown.length > window) shown.length = window;
      return true;
    },
    encode: () =>
      shown
        .filter((id) => idSchema.safeParse(id).success)
        .map((id) => BigInt(id).toString(RADIX))
        .join('.'),
  };
}
