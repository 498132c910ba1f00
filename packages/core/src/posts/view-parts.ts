import { type ContentFacts, canComment, canShare, isLive } from '../access/index.js';
import { type Id, timeOfId } from '../kernel/ids.js';
import type { Poll, Post } from './types.js';
import type { HydratedPost, PollView, PostCounts, PostView, SurfaceFacts } from './view.js';
import { isClosed, showsResults } from './vote.js';

/**
 * The public part of a post as JSON members without braces: the same for every viewer, and for ever the same for one
 * revision.
 */
export const bodyJson = (post: Post): string =>
  JSON.stringify({
    id: post.id,
    status: post.status,
    type: post.type,
    visibility: post.visibility,
    text: post.text,
    entities: post.entities,
    media: post.media,
    link: post.link,
    contentWarning: post.contentWarning,
    label: post.label,
    commentPolicy: post.commentPolicy,
    language: post.language,
    createdAt: timeOfId(post.id),
    publishedAt: post.publishedAt,
    scheduledAt: post.scheduledAt,
    editedAt: post.editedAt,
    expiresAt: post.expiresAt,
    revision: post.revision,
  }).slice(1, -1);

/** A poll as a viewer gets to see it. @param ballot his positions, null when he has not voted @param now Unix ms */
export const pollViewOf = (
  poll: Poll,
  ballot: readonly number[] | null,
  isAuthor: boolean,
  now: number,
): PollView => {
  const shown = showsResults(poll, { isAuthor, hasVoted: ballot !== null }, now);
  return {
    multiple: poll.multiple,
    expiresAt: poll.expiresAt,
    closed: isClosed(poll, now),
    voterCount: poll.voterCount,
    options: poll.options.map(({ text, voteCount }) => ({ text, votes: shown ? voteCount : null })),
    voted: ballot,
  };
};

/** What the viewer himself did to a post. */
export interface OwnState {
  readonly reacted: readonly string[];
  readonly bookmarked: boolean;
  readonly reposted: boolean;
}

/** What holds between a viewer and a post he can see. @param now Unix ms */
export const viewerStateOf = (
  facts: ContentFacts,
  own: OwnState,
  hasSession: boolean,
  now: number,
): PostView['viewer'] => {
  // A plain repost is a frame: everything is done to what it shows.
  const isFrame = facts.container !== null;
  return {
    reacted: own.reacted,
    bookmarked: own.bookmarked,
    reposted: own.reposted,
    canComment: hasSession && !isFrame && isLive(facts, now) && canComment(facts),
    canShare: hasSession && !isFrame && canShare(facts, now),
    canEdit: facts.author.self && !isFrame && facts.status !== 'flagged',
    muted: facts.author.muted,
  };
};

/** What a quoted post looks like from the post that quotes it. */
export type QuotedPart =
  | { readonly kind: 'none' }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'collapsed'; readonly id: Id }
  | { readonly kind: 'shown'; readonly post: HydratedPost };

/** JSON of the engagement counts. */
export const countsJson = ({ comments, reactions, byKind, reposts, quotes, bookmarks }: PostCounts): string =>
  `{"comments":${comments},"reactions":${reactions},"byKind":${reactions === 0 ? '{}' : JSON.stringify(byKind)},"reposts":${reposts},"quotes":${quotes},"bookmarks":${bookmarks}}`;

/** What a view begins with. */
type HeadView = Omit<PostView, 'poll' | 'viewer' | 'repostOf' | 'quoteOf'>;

/** The beginning of a view, the same for every viewer at one moment: as text, and parsed when somebody looks. */
export interface PostHead {
  readonly pieces: readonly string[];
  readonly view: HeadView;
}

function freezeDeep<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) freezeDeep(inner);
  return Object.freeze(value);
}

interface Head extends PostHead {
  parsed: HeadView | undefined;
}

const heads = {
  get view(): HeadView {
    const self = this as unknown as Head;
    self.parsed ??= freezeDeep(JSON.parse(`${self.pieces.join('')}}`) as HeadView);
    return self.parsed;
  },
};

/**
 * @param body see {@link bodyJson} @param author JSON of the author's summary @param counts see {@link countsJson}
 * @param kept it will be shown again: its pieces are joined once
 */
export const postHead = (body: string, author: string, counts: string, kept = false): PostHead => {
  const pieces = ['{', body, ',"author":', author, ',"counts":', counts];
  return {
    __proto__: heads,
    pieces: kept ? [pieces.join('')] : pieces,
    parsed: undefined,
  } as unknown as PostHead;
};

/** Everything a view is spliced from. */
export interface PostParts {
  readonly id: Id;
  readonly authorId: Id;
  readonly repostOfId: Id | null;
  readonly relation: SurfaceFacts;
  readonly head: PostHead;
  readonly poll: PollView | null;
  readonly viewer: PostView['viewer'];
  readonly original: HydratedPost | null;
  readonly quoted: QuotedPart;
}

const FLAGS = ['bookmarked', 'reposted', 'canComment', 'canShare', 'canEdit', 'muted'] as const;
type Flags = Readonly<Record<(typeof FLAGS)[number], boolean>>;

// Six switches make sixty-four texts: none of them has to be put together for a page.
const FLAG_TEXTS: readonly string[] = Array.from({ length: 2 ** FLAGS.length }, (_, bits) =>
  FLAGS.map((flag, n) => `,"${flag}":${(bits & (1 << n)) !== 0}`).join(''),
);
const BARE_TAILS: readonly string[] = FLAG_TEXTS.map(
  (flags) => `,"poll":null,"viewer":{"reacted":[]${flags}},"repostOf":null,"quoteOf":null}`,
);

const bitsOf = (flags: Flags): number =>
  Number(flags.bookmarked) |
  (Number(flags.reposted) << 1) |
  (Number(flags.canComment) << 2) |
  (Number(flags.canShare) << 3) |
  (Number(flags.canEdit) << 4) |
  (Number(flags.muted) << 5);

function appendQuoted(pieces: string[], quoted: QuotedPart): void {
  if (quoted.kind === 'shown') appendJson(pieces, quoted.post);
  else if (quoted.kind === 'none') pieces.push('null');
  else
    pieces.push(
      quoted.kind === 'unavailable' ? '{"unavailable":true}' : `{"collapsed":true,"id":"${quoted.id}"}`,
    );
}

function appendParts(pieces: string[], { head, poll, viewer, original, quoted }: PostParts): void {
  for (const piece of head.pieces) pieces.push(piece);
  const bits = bitsOf(viewer);
  if (poll === null && viewer.reacted.length === 0 && original === null && quoted.kind === 'none') {
    pieces.push(BARE_TAILS[bits] as string);
    return;
  }
  pieces.push(
    ',"poll":',
    poll === null ? 'null' : JSON.stringify(poll),
    ',"viewer":{"reacted":',
    viewer.reacted.length === 0 ? '[]' : JSON.stringify(viewer.reacted),
    FLAG_TEXTS[bits] as string,
    '},"repostOf":',
  );
  if (original === null) pieces.push('null');
  else appendJson(pieces, original);
  pieces.push(',"quoteOf":');
  appendQuoted(pieces, quoted);
  pieces.push('}');
}

/**
 * Adds the JSON of a post to pieces of a longer text: joining the pieces of a page once costs half of joining each post and
 * then the page.
 */
export function appendJson(pieces: string[], post: HydratedPost): void {
  const { parts } = post as Partial<Splicing>;
  if (parts === undefined) pieces.push(post.json);
  else appendParts(pieces, parts);
}

const quoteOf = (quoted: QuotedPart): PostView['quoteOf'] => {
  switch (quoted.kind) {
    case 'none':
      return null;
    case 'unavailable':
      return { unavailable: true };
    case 'collapsed':
      return { collapsed: true, id: quoted.id };
    case 'shown':
      return quoted.post.view;
  }
};

interface Splicing extends HydratedPost {
  readonly parts: PostParts;
  text: string | undefined;
  parsed: PostView | undefined;
}

// One prototype for all: a page makes twenty of these.
const splicing = {
  get json(): string {
    const self = this as unknown as Splicing;
    if (self.text === undefined) {
      const pieces: string[] = [];
      appendParts(pieces, self.parts);
      self.text = pieces.join('');
    }
    return self.text;
  },
  get view(): PostView {
    const self = this as unknown as Splicing;
    if (self.parsed === undefined) {
      const { head, poll, viewer, original, quoted } = self.parts;
      // In the order of the text. What stands in the head is the same object for everybody who looks.
      self.parsed = {
        ...head.view,
        poll,
        viewer,
        repostOf: original === null ? null : original.view,
        quoteOf: quoteOf(quoted),
      };
    }
    return self.parsed;
  },
};

/** Splices a view out of its parts: text is joined when somebody wants text, parsed when somebody wants objects. */
export const hydratedPost = (parts: PostParts): HydratedPost =>
  ({
    __proto__: splicing,
    id: parts.id,
    authorId: parts.authorId,
    repostOfId: parts.repostOfId,
    relation: parts.relation,
    original: parts.original,
    quoted: parts.quoted.kind === 'shown' ? parts.quoted.post : null,
    parts,
    text: undefined,
    parsed: undefined,
  }) as unknown as HydratedPost;
