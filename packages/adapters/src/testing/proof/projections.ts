import type { AccountSummary, CommentView, PostView } from '@socialkit/core';

// What the oracle speaks about of each answer. What is left out is fixed by suites of its own: ranges of entities,
// revisions, times of the badge, avatars.

const fields = ({ id, handle, displayName, isPrivate, label, verified }: AccountSummary) => ({
  id,
  handle,
  displayName,
  isPrivate,
  label,
  issuer: verified?.issuer ?? null,
});
export const summaryFields = fields;

interface ProfileLike extends AccountSummary {
  readonly bio: string;
  readonly firstName: string | null;
  readonly location: string | null;
  readonly gender: string | null;
  readonly counts: object;
}

const optional = ({ bio, firstName, location, gender, counts }: ProfileLike) => ({
  bio,
  firstName,
  location,
  gender,
  counts,
});

export const profileFields = (profile: ProfileLike & { readonly viewer: object }) => ({
  ...fields(profile),
  ...optional(profile),
  viewer: profile.viewer,
});

export const accountFields = (
  account: ProfileLike & {
    readonly state: string;
    readonly role: string;
    readonly discoverable: boolean;
    readonly externalId: string | null;
  },
) => ({
  ...fields(account),
  ...optional(account),
  state: account.state,
  role: account.role,
  discoverable: account.discoverable,
  externalId: account.externalId,
});

/** A post as far as the oracle speaks about it. */
export function postFields(view: PostView): { readonly id: string; readonly [field: string]: unknown } {
  const { quoteOf } = view;
  const unpublished = view.status === 'draft' || view.status === 'scheduled';
  const entities = (type: string) => view.entities.filter((entity) => entity.type === type);
  return {
    id: view.id,
    author: fields(view.author),
    status: view.status,
    visibility: view.visibility,
    text: view.text,
    media: view.media.map(({ ref }) => ref),
    contentWarning: view.contentWarning,
    // The gate looks at a draft more than once before it is published; what it said last counts then.
    label: unpublished ? 'unpublished' : view.label,
    commentPolicy: view.commentPolicy,
    createdAt: view.createdAt,
    publishedAt: view.publishedAt,
    scheduledAt: view.scheduledAt,
    editedAt: view.editedAt,
    expiresAt: view.expiresAt,
    tags: [...new Set(entities('hashtag').map((entity) => ('tag' in entity ? entity.tag : '')))].sort(),
    mentions: [
      ...new Set(entities('mention').map((entity) => ('accountId' in entity ? entity.accountId : ''))),
    ].sort(),
    poll: view.poll,
    counts: view.counts,
    viewer: { ...view.viewer, reacted: [...view.viewer.reacted].sort() },
    repostOf: view.repostOf && postFields(view.repostOf),
    quoteOf: quoteOf && 'text' in quoteOf ? postFields(quoteOf) : quoteOf,
  };
}

/** A comment as far as the oracle speaks about it. */
export const commentFields = (view: CommentView) => ({
  id: view.id,
  postId: view.postId,
  parentId: view.parentId,
  createdAt: view.createdAt,
  status: view.status as string,
  author: view.author && fields(view.author),
  text: view.text,
  label: view.label,
  hidden: view.hidden,
  pinned: view.pinned,
  edited: view.editedAt !== null,
  counts: { replies: view.counts.replies, reactions: view.counts.reactions },
  viewer: view.status === 'unavailable' ? null : { ...view.viewer, reacted: [...view.viewer.reacted] },
});
