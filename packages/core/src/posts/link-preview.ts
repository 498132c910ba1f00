import type { Logger } from '../kernel/runtime.js';
import type { LinkCard } from './types.js';

/** Milliseconds a preview may take before the post goes on without it. */
export const LINK_PREVIEW_DEADLINE_MS = 3000;

/** Says what stands behind the link of a link post. */
export interface LinkPreview {
  /**
   * Called before the transaction, with an http or https URL.
   * @returns null when there is nothing to show
   */
  preview(url: string): Promise<Omit<LinkCard, 'url'> | null>;
}

/** The default: looks nowhere, so that a card is its url only. */
export const noLinkPreview: LinkPreview = Object.freeze({ preview: async () => null });

/** The card of a link. A preview that fails or takes too long costs the card, never the post. */
export async function cardOf(
  preview: LinkPreview,
  url: string,
  logger: Logger,
  deadlineMs = LINK_PREVIEW_DEADLINE_MS,
): Promise<LinkCard> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, null);
  });
  try {
    const found = await Promise.race([preview.preview(url), late]);
    return {
      url,
      title: found?.title?.slice(0, 300) ?? null,
      description: found?.description?.slice(0, 1000) ?? null,
      image: found?.image ?? null,
    };
  } catch (error) {
    logger.warn({ err: error }, 'a link preview failed');
    return { url, title: null, description: null, image: null };
  } finally {
    clearTimeout(timer);
  }
}
