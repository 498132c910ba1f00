import { DEFAULT_REACTION_KINDS, invalid, type RateLimitRule, reactionKindSchema } from '@socialkit/core';

/** How messages behave here. */
export interface MessageOptions {
  /** Milliseconds after sending in which an author may edit a message; null for ever. @default 24 hours */
  readonly editWindowMs?: number | null;
  /** Milliseconds after sending in which an author may delete a message for everybody; null for ever. @default 24 hours */
  readonly deleteWindowMs?: number | null;
  /** Shows messages to the host's content gate before they are written. @default false: private words stay private */
  readonly moderated?: boolean;
  /** Kinds of reactions. One account may give several to a message. @default like, love, laugh, wow, sad, angry */
  readonly reactions?: readonly string[];
  /** Messages one account may send. @default 600 a minute */
  readonly sendLimit?: { readonly limit: number; readonly windowMs: number };
  /** Transactions that send side by side in one process, where one has to wait for another process. @default 4 */
  readonly lanes?: number;
  /** Messages that share a transaction at most. @default 64 */
  readonly batch?: number;
}

/** Options after defaults and checks. */
export interface MessageSettings {
  readonly editWindowMs: number;
  readonly deleteWindowMs: number;
  readonly moderated: boolean;
  readonly sendRule: RateLimitRule;
  readonly lanes: number;
  readonly batch: number;
  /** @throws message.unknown_reaction (validation) for a kind that is not offered here */
  requireKind(kind: string): void;
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_KINDS = 32;

const within = (name: string, value: number, least: number, most: number): number => {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TypeError(`${name} must be ${least} to ${most}`);
  return value;
};

/** @throws TypeError for options that make no sense */
export function resolveMessageOptions(options: MessageOptions = {}): MessageSettings {
  const kinds = options.reactions ?? DEFAULT_REACTION_KINDS;
  if (kinds.length === 0 || kinds.length > MAX_KINDS || new Set(kinds).size !== kinds.length)
    throw new TypeError(`message reactions must be 1 to ${MAX_KINDS} different names`);
  for (const kind of kinds)
    if (!reactionKindSchema.safeParse(kind).success) throw new TypeError(`"${kind}" is not a reaction kind`);
  const offered: ReadonlySet<string> = new Set(kinds);
  const window = (value: number | null | undefined) => (value === null ? Infinity : (value ?? DAY_MS));
  const { limit, windowMs } = options.sendLimit ?? { limit: 600, windowMs: 60_000 };
  return Object.freeze({
    editWindowMs: window(options.editWindowMs),
    deleteWindowMs: window(options.deleteWindowMs),
    moderated: options.moderated ?? false,
    sendRule: {
      name: 'messages.send',
      limit: within('sendLimit.limit', limit, 1, 1_000_000),
      windowMs: within('sendLimit.windowMs', windowMs, 1000, DAY_MS),
    },
    lanes: within('lanes', options.lanes ?? 4, 1, 64),
    batch: within('batch', options.batch ?? 64, 1, 500),
    requireKind(kind: string) {
      if (!offered.has(kind))
        throw invalid(
          'message.unknown_reaction',
          `this reaction is not offered; use one of ${kinds.join(', ')}`,
          [{ path: 'kind', message: 'is not offered here' }],
        );
    },
  });
}
