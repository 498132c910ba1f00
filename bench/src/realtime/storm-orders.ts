/** What the clients of the storm are told. */
export type StormOrder =
  /** Connects everybody, each to its stream. Answered when all follow. */
  | {
      readonly do: 'enter';
      readonly urls: readonly string[];
      readonly clients: readonly { readonly token: string; readonly stream: string }[];
    }
  /** Ends every connection at once, without a word. */
  | { readonly do: 'drop' }
  /** Connects everybody again, at once. Answered when each has everything up to the head of its stream. */
  | { readonly do: 'return'; readonly heads: Readonly<Record<string, number>> };

/** What they answer. */
export type StormAnswer = { readonly done: number; readonly resets: number; readonly wrong: number };
