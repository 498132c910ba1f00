import type { RowLocks } from './facts.js';

/** The reference {@link RowLocks}: transactions of the memory database are serial, so that nothing is left to lock. */
export const memoryLocks: RowLocks = Object.freeze({
  async pair() {},
  async pairShared() {},
  async accounts() {},
  async posts() {},
  async comments() {},
});
