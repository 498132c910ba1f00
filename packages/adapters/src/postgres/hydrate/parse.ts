import type {
  CommentPolicy,
  ContentStatus,
  Id,
  Poll,
  PostType,
  RelationFacts,
  Visibility,
} from '@socialkit/core';
import type { AuthorFragment, FragmentCache, HeldPost, PostFragment, Tally } from './fragment-cache.js';
import { AS_ASKED, FEW_EDGES } from './sql.js';
import type { HydrateRow } from './statements.js';
import type { WarmQuery } from './warm.js';

/** A poll and the viewer's ballot. */
export interface ReadPoll {
  readonly poll: Poll;
  readonly ballot: readonly number[] | null;
}

/** What has been read for one viewer so far; several rounds add to it. */
export interface Reading {
  readonly posts: Map<Id, HeldPost>;
  /** Followed accounts; true for those whose reposts are not wanted. */
  readonly follows: Map<Id, boolean>;
  readonly blocked: Set<Id>;
  readonly muted: Set<Id>;
  /** What most pages have none of is made when it is needed. */
  reacted?: Map<Id, string[]>;
  polls?: Map<Id, ReadPoll>;
  bookmarked?: Set<Id>;
  reposted?: Set<Id>;
  friends?: Set<Id>;
  followedBy?: Set<Id>;
  mentioned?: Set<Id>;
  repostsMuted?: Set<Id>;
  /** Of a home page: the line about its reader, as `HydrateRow` has it. */
  reader?: string;
  /** The viewer has more blocks or mutes than one read gives: each author has to be asked about. */
  manyEdges: boolean;
}

export const emptyReading = (): Reading => ({
  posts: new Map(),
  follows: new Map(),
  blocked: new Set(),
  muted: new Set(),
  manyEdges: false,
});

type SetField = 'bookmarked' | 'reposted' | 'friends' | 'followedBy' | 'mentioned';

const addAll = (reading: Reading, field: SetField, lines: string | null | undefined): void => {
  if (!lines) return;
  reading[field] ??= new Set();
  for (const id of lines.split('\n')) reading[field].add(id);
};

function addEdges(reading: Reading, edges: readonly string[]): void {
  let [mine, theirs, mutes] = [0, 0, 0];
  for (const edge of edges) {
    const id = edge.slice(1);
    const kind = edge[0];
    if (kind === 'b') mine++;
    else if (kind === 'c') theirs++;
    else mutes++;
    if (kind === 'm') reading.muted.add(id);
    else if (kind === 'n') {
      reading.repostsMuted ??= new Set();
      reading.repostsMuted.add(id);
    } else reading.blocked.add(id);
  }
  if (mine > FEW_EDGES || theirs > FEW_EDGES || mutes > FEW_EDGES) reading.manyEdges = true;
}

function addPoll(reading: Reading, line: string): void {
  const { postId, multiple, expiresAt, voterCount, options, ballot } = JSON.parse(line) as {
    postId: Id;
    multiple: boolean;
    expiresAt: number | null;
    voterCount: number;
    options: readonly [string, number][] | null;
    ballot: readonly number[] | null;
  };
  const poll: Poll = {
    postId,
    multiple,
    durationMs: 0,
    expiresAt,
    voterCount,
    options: (options ?? []).map(([text, voteCount], position) => ({ position, text, voteCount })),
  };
  reading.polls ??= new Map();
  reading.polls.set(postId, { poll, ballot });
}

/**
 * What the viewer did and whom he knows: the same in both forms.
 * @param asked the accounts that were asked about by name
 */
function addLists(reading: Reading, row: HydrateRow, asked: readonly Id[]): void {
  if (row.reacted) {
    reading.reacted ??= new Map();
    for (const line of row.reacted.split('\n')) {
      const tab = line.indexOf('\t');
      const [id, kind] = [line.slice(0, tab), line.slice(tab + 1)];
      const kinds = reading.reacted.get(id);
      if (!kinds) reading.reacted.set(id, [kind]);
      else if (!kinds.includes(kind)) kinds.push(kind);
    }
  }
  if (row.follows === AS_ASKED) for (const id of asked) reading.follows.set(id, false);
  else if (row.follows)
    for (const follow of row.follows.split('\n')) {
      const hidden = follow.startsWith('-');
      reading.follows.set(hidden ? follow.slice(1) : follow, hidden);
    }
  if (row.edges) addEdges(reading, row.edges.split('\n'));
  addAll(reading, 'bookmarked', row.bookmarked);
  addAll(reading, 'reposted', row.reposted);
  addAll(reading, 'friends', row.friends);
  addAll(reading, 'followedBy', row.followedBy);
  addAll(reading, 'mentioned', row.mentioned);
  if (row.polls) for (const line of row.polls.split('\n')) addPoll(reading, line);
  if (row.reader) reading.reader = row.reader;
}

/** What a home page rests on besides its posts. */
export interface ReaderLine {
  /** Newest first. */
  readonly own: readonly Id[];
  readonly words: readonly string[];
  readonly threads: boolean;
  readonly tags: readonly string[];
}

const NONE: readonly string[] = Object.freeze([]);

/** Takes the line about a reader apart. */
export function readerOf(line: string): ReaderLine {
  const [own, words, threads, tags] = line.split('\t') as [string, string, string, string];
  return {
    own: own === '' ? NONE : own.split(','),
    words: words === '' ? NONE : (JSON.parse(words) as string[]),
    threads: threads === 't',
    tags: tags === '' ? NONE : (JSON.parse(tags) as string[]),
  };
}

const idOrNull = (field: string | undefined): Id | null => (field ? field : null);

const tallyOf = (line: string, f: readonly string[]): Tally => ({
  line,
  counts: `{"comments":${f[3]},"reactions":${f[2]},"byKind":${f[7] || '{}'},"reposts":${f[4]},"quotes":${f[5]},"bookmarks":${f[6]}}`,
  hasReactions: f[2] !== '0',
  hasReposts: f[4] !== '0',
  hasBookmarks: f[6] !== '0',
});

const fragmentOf = (f: readonly string[]): PostFragment => ({
  id: f[0] as Id,
  revision: Number(f[1]),
  authorId: f[8] as Id,
  status: f[9] as ContentStatus,
  visibility: f[10] as Visibility,
  type: f[11] as PostType,
  commentPolicy: f[12] as CommentPolicy,
  expiresAt: f[13] ? Number(f[13]) : null,
  repostOfId: idOrNull(f[14]),
  quoteOfId: idOrNull(f[15]),
  body: f[16] as string,
  demoted: f[17] === 't',
});

/** A copy that does not keep the answer it was cut from alive: for what is held longer than a call. */
const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** The fields of a line that make the tally. */
const tallyLine = (line: string): string => {
  let at = -1;
  for (let field = 0; field < 8; field++) at = line.indexOf('\t', at + 1);
  return line.slice(0, at);
};

/** Whether what holds between a viewer and a post depends on friends, followers or mentions, or is a ballot. */
const isSpecial = ({ visibility, type, commentPolicy }: PostFragment): boolean =>
  visibility === 'friends' ||
  type === 'poll' ||
  commentPolicy === 'following' ||
  commentPolicy === 'mentioned';

/** What an answer turned out to be good for. */
export type Outcome =
  /** Everything is current. */
  | 'current'
  /** The viewer's part of some posts was not asked for. */
  | 'unasked'
  /** The cache held public parts that are not current. */
  | 'stale';

/**
 * Adds a cold row to a reading. Public parts come with it, or from the cache when their revision is the current one.
 * @returns `stale`: the posts have to be read again in full; `unasked`: with their special part
 */
export function addColdRow(reading: Reading, row: HydrateRow, cache: FragmentCache): Outcome {
  let current = true;
  let special = false;
  const authors = new Map<Id, AuthorFragment>();
  const own = cache.keeps ? detached : (text: string) => text;
  for (const line of row.authors?.split('\n') ?? []) {
    const f = own(line).split('\t');
    const id = f[0] as Id;
    if (f[5]) {
      const fragment: AuthorFragment = {
        id,
        revision: Number(f[1]),
        state: f[2] as RelationFacts['state'],
        isPrivate: f[3] === 'true',
        discoverable: f[4] === 'true',
        json: f[5],
      };
      cache.keepAuthor(fragment);
      authors.set(id, fragment);
      continue;
    }
    const held = cache.author(id);
    if (held?.revision === Number(f[1])) authors.set(id, held);
    else current = false;
  }
  for (const text of row.posts?.split('\n') ?? []) {
    const line = own(text);
    const f = line.split('\t');
    const id = f[0] as Id;
    const tally = tallyOf(tallyLine(line), f);
    const author = authors.get(f[8] as Id);
    // Of somebody who is gone, or who has to be read again.
    if (!author) continue;
    if (f[16]) {
      const post: HeldPost = { fragment: fragmentOf(f), author, tally, head: null };
      cache.keepPost(post);
      reading.posts.set(id, post);
      special ||= isSpecial(post.fragment);
      continue;
    }
    const held = cache.post(id);
    if (held?.fragment.revision === Number(f[1])) {
      held.tally = tally;
      held.author = author;
      reading.posts.set(id, held);
      special ||= isSpecial(held.fragment);
    } else current = false;
  }
  if (!current) return 'stale';
  if (special && row.polls === undefined) return 'unasked';
  addLists(reading, row, []);
  return 'current';
}

/** A question, and the posts as they were when it was put: what was asked about each followed from its tally. */
export interface Asked {
  readonly query: WarmQuery;
  /** Ascending by id. */
  readonly posts: readonly HeldPost[];
  readonly tallies: readonly Tally[];
  /** Of the posts: the authors of the question by id. */
  readonly authors: ReadonlyMap<Id, AuthorFragment>;
}

/** Takes lines by the id they begin with: in the order in which they stand, as a rule, and in any other. */
function createLines(text: string) {
  let at = 0;
  let byId: Map<Id, string> | undefined;
  return {
    /** Whether the next line is exactly this one; goes on behind it if so. */
    skips(line: string): boolean {
      if (byId !== undefined || !text.startsWith(line, at)) return false;
      const end = at + line.length;
      if (end !== text.length && text[end] !== '\n') return false;
      at = end + 1;
      return true;
    },
    find(id: Id): string | undefined {
      if (byId === undefined) {
        byId = new Map();
        if (text !== '')
          for (const line of text.split('\n')) byId.set(line.slice(0, line.indexOf('\t')), line);
      }
      return byId.get(id);
    },
  };
}

/** Revisions of the authors as an answer gives them; null when all are the ones of the question. */
function revisionsOf(authors: string | null): ReadonlyMap<Id, number> | null {
  if (authors === AS_ASKED) return null;
  const [ids = '', revisions = ''] = (authors ?? '').split('\t');
  const known = revisions.split(',');
  return new Map(ids.split(',').map((id, n) => [id, Number(known[n])]));
}

/** Adds what a viewer was told to a reading. */
export function addWarmAnswer(
  reading: Reading,
  row: HydrateRow,
  { query, posts, tallies, authors }: Asked,
  cache: FragmentCache,
): Outcome {
  let outcome: Outcome = 'current';
  const lines = createLines(row.posts ?? '');
  const revisions = revisionsOf(row.authors);
  for (let n = 0; n < posts.length; n++) {
    const post = posts[n] as HeldPost;
    const { id, authorId, revision } = post.fragment;
    const line = lines.skips(post.tally.line) ? post.tally.line : lines.find(id);
    // It has gone since the process saw it.
    if (line === undefined) continue;
    const current = revisions === null ? authors.get(authorId)?.revision : revisions.get(authorId);
    if (post.author.revision !== current) {
      const author = revisions === null ? authors.get(authorId) : cache.author(authorId);
      if (!author || author.revision !== current) return 'stale';
      post.author = author;
    }
    if (post.tally.line !== line) {
      const f = detached(line).split('\t');
      if (Number(f[1]) !== revision) return 'stale';
      post.tally = tallyOf(f.join('\t'), f);
    }
    const { tally } = post;
    const before = tallies[n] as Tally;
    if (
      tally !== before &&
      ((tally.hasReactions && !before.hasReactions) ||
        (tally.hasBookmarks && !before.hasBookmarks) ||
        (tally.hasReposts && !before.hasReposts))
    )
      outcome = 'unasked';
    reading.posts.set(id, post);
  }
  if (outcome === 'current') addLists(reading, row, query.follows);
  return outcome;
}
