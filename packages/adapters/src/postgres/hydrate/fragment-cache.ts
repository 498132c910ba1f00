import type {
  CommentPolicy,
  ContentStatus,
  Id,
  PostHead,
  PostType,
  RelationFacts,
  Visibility,
} from '@socialkit/core';

/** The public part of one revision of a post: what is the same for every viewer. */
export interface PostFragment {
  readonly id: Id;
  readonly revision: number;
  readonly authorId: Id;
  readonly status: ContentStatus;
  readonly visibility: Visibility;
  readonly type: PostType;
  readonly commentPolicy: CommentPolicy;
  readonly expiresAt: number | null;
  readonly repostOfId: Id | null;
  readonly quoteOfId: Id | null;
  readonly demoted: boolean;
  /** JSON members without braces, as `bodyJson` of the core gives them. */
  readonly body: string;
}

/** The public part of one revision of an account, with what the policy asks about it. */
export interface AuthorFragment {
  readonly id: Id;
  readonly revision: number;
  readonly state: RelationFacts['state'];
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
  /** JSON of the account's summary. */
  readonly json: string;
}

/**
 * Counts as they were last read, never shown without having been read again: while the line of the database is the same, so
 * is what was made of it.
 */
export interface Tally {
  readonly line: string;
  /** JSON of the counts. */
  readonly counts: string;
  /** There are any: whoever looks may have given some of them. */
  readonly hasReactions: boolean;
  readonly hasBookmarks: boolean;
  readonly hasReposts: boolean;
}

/** A post as the process holds it. */
export interface HeldPost {
  readonly fragment: PostFragment;
  /** As he was last read; whoever shows the post has compared his revision with the current one. */
  author: AuthorFragment;
  tally: Tally;
  /** What was last spliced of it, for the same author and tally. */
  head: { readonly author: AuthorFragment; readonly tally: Tally; readonly shown: PostHead } | null;
}

/** A bounded map that forgets what was not asked for longest, in two generations: no bookkeeping per read. */
interface Generations<V> {
  get(id: Id): V | undefined;
  set(id: Id, value: V, bytes: number): void;
}

function createGenerations<V>(maxBytes: number): Generations<V> {
  let young = new Map<Id, { readonly value: V; readonly bytes: number }>();
  let old: typeof young = new Map();
  let held = 0;
  const put = (id: Id, entry: { readonly value: V; readonly bytes: number }) => {
    if (held + entry.bytes > maxBytes / 2) {
      old = young;
      young = new Map();
      held = 0;
    }
    young.set(id, entry);
    held += entry.bytes;
  };
  return {
    get(id) {
      const entry = young.get(id);
      if (entry) return entry.value;
      const aged = old.get(id);
      if (!aged) return undefined;
      put(id, aged);
      return aged.value;
    },
    set: (id, value, bytes) => put(id, { value, bytes }),
  };
}

/**
 * Serialised public parts kept in the process.
 *
 * A fragment is the content of one revision, and every read of a post or account brings its current revision along: a
 * fragment is used when the two agree and fetched anew when they do not. So nothing here can be stale, and nothing has to
 * be invalidated. Never filled inside a transaction, whose revisions may be undone.
 */
export interface FragmentCache {
  /** False when it never holds anything. */
  readonly keeps: boolean;
  post(id: Id): HeldPost | undefined;
  author(id: Id): AuthorFragment | undefined;
  keepPost(post: HeldPost): void;
  keepAuthor(fragment: AuthorFragment): void;
}

/** Bytes an entry takes besides its text, about. */
const OVERHEAD = 500;
/** What is spliced of a post, and parsed of that, takes as much again each. */
const FORMS = 3;

/** @param maxBytes about how much it may hold; 0 keeps nothing */
export function createFragmentCache(maxBytes: number): FragmentCache {
  const posts = createGenerations<HeldPost>(maxBytes * 0.8);
  const authors = createGenerations<AuthorFragment>(maxBytes * 0.2);
  const keeps = maxBytes > 0;
  return {
    keeps,
    post: (id) => posts.get(id),
    author: (id) => authors.get(id),
    keepPost(post) {
      if (keeps) posts.set(post.fragment.id, post, FORMS * (post.fragment.body.length * 2 + OVERHEAD));
    },
    keepAuthor(fragment) {
      if (keeps) authors.set(fragment.id, fragment, fragment.json.length * 2 + OVERHEAD);
    },
  };
}
