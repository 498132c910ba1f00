import type { Id } from '@socialkit/core';
import type { Attachment } from './types.js';

/** Turns the attachments a sender names into the ones a message keeps. The port of whatever keeps the files. */
export interface AttachmentResolver {
  /**
   * Called before the transaction. Same length and order.
   * @throws media.not_found (not_found) or any other SocialError for a ref the sender may not attach
   */
  resolve(authorId: Id, attachments: readonly Attachment[]): Promise<readonly Attachment[]>;
}

/** The default: takes every ref and its declared type as they are. */
export const opaqueAttachments: AttachmentResolver = Object.freeze({
  resolve: async (_authorId: Id, attachments: readonly Attachment[]) => attachments,
});
