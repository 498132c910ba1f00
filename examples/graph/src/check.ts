import type { SocialKit } from '@socialkit/adapters';
import { runStage } from './progress.js';

/** Posts of a page of the check. */
const PAGE = 20;
/** Pages read of every home. */
const PAGES = 5;

/** The first pages of a home, as ids. */
export async function readHome(kit: SocialKit, userId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const { items, nextCursor } = await kit.feed.home(kit.actor(userId), {
      limit: PAGE,
      ...(cursor ? { cursor } : {}),
    });
    ids.push(...items.map((post) => post.id));
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return ids;
}

/** What a round of reading found. */
export interface Reading {
  /** The homes by reader. */
  readonly homes: ReadonlyMap<string, readonly string[]>;
  readonly pagesPerSecond: number;
}

/** Reads the homes of all readers, `width` at once. */
export async function readHomes(
  kit: SocialKit,
  title: string,
  readers: readonly string[],
  width: number,
): Promise<Reading> {
  const homes = new Map<string, readonly string[]>();
  let pages = 0;
  const seconds = await runStage(title, readers, width, async (reader) => {
    const home = await readHome(kit, reader);
    pages += Math.max(1, Math.ceil(home.length / PAGE));
    homes.set(reader, home);
  });
  return { homes, pagesPerSecond: pages / seconds };
}

/** Readers whose homes differ from what they should be. */
export const differing = (
  homes: ReadonlyMap<string, readonly string[]>,
  truth: ReadonlyMap<string, readonly string[]>,
): string[] =>
  [...truth]
    .filter(([reader, ids]) => homes.get(reader)?.join() !== ids.slice(0, PAGE * PAGES).join())
    .map(([reader]) => reader);
