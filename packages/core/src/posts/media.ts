import type { Id } from '../kernel/ids.js';
import type { PostMedia } from './types.js';

/**
 * Turns the attachments an author names into the ones a post keeps. The port of whatever keeps the files.
 */
export interface MediaResolver {
  /**
   * Called before the transaction. Same length and order.
   * @throws media.not_found (not_found) or any other SocialError for a ref the author may not attach
   */
  resolve(authorId: Id, media: readonly PostMedia[]): Promise<readonly PostMedia[]>;
}

/** The default: takes every ref and its declared kind as they are. */
export const opaqueMedia: MediaResolver = Object.freeze({
  resolve: async (_authorId: Id, media: readonly PostMedia[]) => media,
});
