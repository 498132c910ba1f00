import { vi } from 'vitest';

/**
 * Milliseconds that `vi.waitFor` and `vi.waitUntil` wait for a condition when a test says nothing. Their own default is one
 * second, which a busy machine uses up by itself. A condition that comes true ends the wait at once, so patience costs nothing.
 */
const PATIENCE_MS = 30_000;

const { waitFor, waitUntil } = vi;
type Options = Parameters<typeof waitFor>[1];

const patient = (options: Options) => ({
  timeout: PATIENCE_MS,
  ...(typeof options === 'number' ? { timeout: options } : options),
});

vi.waitFor = (callback, options) => waitFor(callback, patient(options));
vi.waitUntil = (callback, options) => waitUntil(callback, patient(options));
