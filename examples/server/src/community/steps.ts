/** What somebody does at some moment; people by handle, posts and comments by keys of the story. */
export type Action =
  | { readonly do: 'join'; readonly who: string }
  | { readonly do: 'follow'; readonly who: string; readonly whom: string }
  | { readonly do: 'accept'; readonly who: string; readonly whom: string }
  | { readonly do: 'befriend'; readonly who: string; readonly whom: string }
  | { readonly do: 'acceptFriend'; readonly who: string; readonly whom: string }
  | {
      readonly do: 'post';
      readonly who: string;
      readonly key: string;
      readonly text: string;
      readonly visibility: 'public' | 'followers' | 'friends';
      readonly image?: { readonly ref: string; readonly alt: string };
      readonly link?: string;
      readonly poll?: { readonly options: readonly string[]; readonly multiple: boolean };
      readonly quoteOf?: string;
    }
  | { readonly do: 'repost'; readonly who: string; readonly post: string }
  | { readonly do: 'vote'; readonly who: string; readonly post: string; readonly options: readonly number[] }
  | {
      readonly do: 'comment';
      readonly who: string;
      readonly key: string;
      readonly post: string;
      readonly parent?: string;
      readonly text: string;
    }
  | { readonly do: 'react'; readonly who: string; readonly post: string }
  | { readonly do: 'reactToComment'; readonly who: string; readonly comment: string }
  | { readonly do: 'bookmark'; readonly who: string; readonly post: string };

/** An action and when it happens. */
export interface Step {
  /** Milliseconds from the beginning of the story. */
  readonly at: number;
  readonly action: Action;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** How long ago the story begins. */
export const STORY_MS = 25 * DAY;
