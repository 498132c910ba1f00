import { isSocialError } from '../kernel/errors.js';

const ATTEMPTS = 3;

/**
 * Runs a use case that reads and asks the content gate before its transaction, again when somebody else changed the post
 * meanwhile, so that what the gate said is always about what is written.
 * @throws post.changed_meanwhile (conflict, retryable) after three attempts, and whatever else `work` throws
 */
export async function readAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isSocialError(error) || error.code !== 'post.changed_meanwhile')
        throw error;
    }
  }
}
