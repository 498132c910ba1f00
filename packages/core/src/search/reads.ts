import { z } from 'zod';
import {
  canView,
  canViewAccount,
  type FactsReader,
  type RelationFacts,
  shouldSurface,
} from '../access/index.js';
import type { AccountReader } from '../identity/store.js';
import type { AccountSummary } from '../identity/types.js';
import { type Actor, viewerOf } from '../kernel/actor.js';
import { type Id, idSchema } from '../kernel/ids.js';
import { createCursorCodec, type Page } from '../kernel/page.js';
import { readPage } from '../kernel/pipeline.js';
import type { Clock } from '../kernel/runtime.js';
import type { PostSkeletonReader, PostViewReader } from '../posts/store.js';
import { createPostPage, type HydratedPost, type PostPage } from '../posts/view.js';
import type { PostHit, SearchReaders } from './store.js';
import {
  type AccountHit,
  type CountedHashtag,
  type FoundAccount,
  type HashtagHit,
  MAX_COUNTED_POSTS,
  type SearchInput,
} from './types.js';
import { accountQuery, hashtagPrefix, queryWords } from './words.js';

/** What the searches work on. */
export interface SearchDeps {
  readonly readers: SearchReaders & {
    readonly facts: FactsReader;
    readonly accounts: Pick<AccountReader, 'summaries'>;
    readonly postSkeletons: Pick<PostSkeletonReader, 'byHashtag'>;
    readonly postViews: PostViewReader;
  };
  readonly clock: Clock;
}

const NOTHING = Object.freeze({ items: [], nextCursor: null });
const NO_REPOST = { isRepost: false } as const;
/** Posts whose facts are read in one go. */
const FACTS_AT_MOST = 400;

const accountPosition: z.ZodType<AccountHit> = z.object({
  id: idSchema,
  rank: z.literal([0, 1, 2, 3, 4, 5]),
  magnitude: z.int().min(0).max(20),
});
const hashtagPosition: z.ZodType<HashtagHit> = z.object({
  tag: z.string().max(100),
  exact: z.boolean(),
  magnitude: z.int().min(0).max(20),
});

/** Accounts a query finds. People the viewer mutes, and those who do not want to be found by strangers, are left out. */
export async function searchAccounts(
  { readers }: SearchDeps,
  actor: Actor,
  { query, limit, cursor }: SearchInput,
): Promise<Page<FoundAccount>> {
  const codec = createCursorCodec(`search.accounts:${query}`, accountPosition);
  const after = codec.decode(cursor);
  const asked = accountQuery(query);
  if (asked === null) return NOTHING;
  const viewer = viewerOf(actor);
  interface Found {
    readonly account: AccountSummary;
    readonly relation: RelationFacts;
  }
  return readPage<AccountHit, AccountHit, Found, FoundAccount>({
    limit,
    after,
    codec,
    skeleton: (behind, count) => readers.search.accounts(viewer, asked, { after: behind, limit: count }),
    position: ({ id, rank, magnitude }) => ({ id, rank, magnitude }),
    async hydrate(hits) {
      const ids = hits.map(({ id }) => id);
      const [summaries, relations] = await Promise.all([
        readers.accounts.summaries(ids),
        readers.facts.relations(viewer, ids),
      ]);
      return ids.map((id) => {
        const [account, relation] = [summaries.get(id), relations.get(id)];
        return account && canViewAccount(relation) ? { account, relation } : null;
      });
    },
    rules: ({ relation }) => shouldSurface(relation, 'search', NO_REPOST),
    present: ({ account, relation }) => ({
      account,
      viewer: { following: relation.follows, followedBy: relation.followedBy },
    }),
  });
}

/** Counts the newest posts of each hashtag that the viewer may see; null for those without any. */
async function countPosts(
  { readers, clock }: SearchDeps,
  viewer: Id | null,
  tags: readonly string[],
): Promise<readonly (CountedHashtag | null)[]> {
  const listing = { after: null, limit: MAX_COUNTED_POSTS + 1 };
  const listed = await Promise.all(tags.map((tag) => readers.postSkeletons.byHashtag(tag, listing)));
  const ids = [...new Set(listed.flatMap((entries) => entries.map(({ id }) => id)))];
  const visible = new Set<Id>();
  const now = clock.now();
  for (let at = 0; at < ids.length; at += FACTS_AT_MOST)
    for (const [id, facts] of await readers.facts.posts(viewer, ids.slice(at, at + FACTS_AT_MOST)))
      if (canView(facts, now) && shouldSurface(facts.author, 'search', NO_REPOST)) visible.add(id);
  return listed.map((entries, at) => {
    const posts = entries.slice(0, MAX_COUNTED_POSTS).filter(({ id }) => visible.has(id)).length;
    return posts === 0 ? null : { tag: tags[at] ?? '', posts, more: entries.length > MAX_COUNTED_POSTS };
  });
}

/** Hashtags a query finds that a post the viewer may see was written with. */
export async function searchHashtags(
  deps: SearchDeps,
  actor: Actor,
  { query, limit, cursor }: SearchInput,
): Promise<Page<CountedHashtag>> {
  const codec = createCursorCodec(`search.hashtags:${query}`, hashtagPosition);
  const after = codec.decode(cursor);
  const prefix = hashtagPrefix(query);
  if (prefix === '') return NOTHING;
  return readPage<HashtagHit, HashtagHit, CountedHashtag, CountedHashtag>({
    limit,
    after,
    codec,
    skeleton: (behind, count) => deps.readers.search.hashtags(prefix, { after: behind, limit: count }),
    position: ({ tag, exact, magnitude }) => ({ tag, exact, magnitude }),
    hydrate: (hits) =>
      countPosts(
        deps,
        viewerOf(actor),
        hits.map(({ tag }) => tag),
      ),
    present: (found) => found,
  });
}

/** Posts a query finds, newest first, of authors who are offered to the viewer. */
export async function searchPosts(
  { readers }: SearchDeps,
  actor: Actor,
  { query, limit, cursor }: SearchInput,
): Promise<PostPage> {
  const codec = createCursorCodec(`search.posts:${query}`, idSchema);
  const after = codec.decode(cursor);
  const words = queryWords(query);
  if (words.length === 0) return createPostPage([], null);
  const viewer = viewerOf(actor);
  const page = await readPage<Id, PostHit, HydratedPost, HydratedPost>({
    limit,
    after,
    codec,
    skeleton: (before, count) =>
      readers.search.posts(viewer, words, { after: before === null ? null : { id: before }, limit: count }),
    position: ({ id }) => id,
    hydrate: (entries) =>
      readers.postViews.views(
        viewer,
        entries.map(({ id }) => id),
        { follows: true },
      ),
    rules: ({ relation }) => shouldSurface(relation, 'search', NO_REPOST),
    present: (post) => post,
  });
  return createPostPage(page.items, page.nextCursor);
}
