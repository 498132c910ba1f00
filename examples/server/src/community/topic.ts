/** What the community talks about. */
export type TopicName =
  | 'coast'
  | 'kitchen'
  | 'code'
  | 'books'
  | 'bikes'
  | 'garden'
  | 'music'
  | 'photo'
  | 'stars'
  | 'run';

/** A question with answers. */
export interface PollText {
  readonly text: string;
  readonly options: readonly string[];
  readonly multiple?: true;
}

/** What is said about one thing. `@` alone is replaced by the handle of a friend. */
export interface Topic {
  readonly posts: readonly string[];
  readonly images: readonly { readonly text: string; readonly ref: string; readonly alt: string }[];
  readonly links: readonly { readonly text: string; readonly url: string }[];
  readonly polls: readonly PollText[];
  readonly comments: readonly string[];
}
