import { invalid } from '../kernel/errors.js';
import { DEFAULT_REACTION_KINDS, MAX_REACTION_KINDS, reactionKindSchema } from './types.js';

/** How reactions behave here. */
export interface ReactionOptions {
  /** Kinds that can be given; the first is what a call without a kind means. Kinds given earlier stay until taken back. @default like, love, laugh, wow, sad, angry */
  readonly kinds?: readonly string[];
  /** One kind at a time per user and target: another one replaces it. With false a user may give several. @default true */
  readonly exclusive?: boolean;
}

/** Options after defaults and checks. */
export interface ReactionSettings {
  readonly exclusive: boolean;
  /**
   * The kind a call means.
   * @throws reaction.unknown_kind (validation) for a kind that is not offered here
   */
  kindOf(asked: string | undefined): string;
}

/** @throws TypeError for no kinds, too many, or names that are none */
export function resolveReactionOptions(options: ReactionOptions = {}): ReactionSettings {
  const kinds = options.kinds ?? DEFAULT_REACTION_KINDS;
  const [first] = kinds;
  if (first === undefined || kinds.length > MAX_REACTION_KINDS || new Set(kinds).size !== kinds.length)
    throw new TypeError(`reaction kinds must be 1 to ${MAX_REACTION_KINDS} different names`);
  for (const kind of kinds)
    if (!reactionKindSchema.safeParse(kind).success)
      throw new TypeError(`"${kind}" is not a reaction kind: lower-case letters, digits, underscores`);
  const offered: ReadonlySet<string> = new Set(kinds);
  return Object.freeze({
    exclusive: options.exclusive ?? true,
    kindOf: (asked: string | undefined) => {
      const kind = asked ?? first;
      if (offered.has(kind)) return kind;
      throw invalid(
        'reaction.unknown_kind',
        `this kind of reaction is not offered; use one of ${kinds.join(', ')}`,
        [{ path: 'kind', message: 'is not offered here' }],
      );
    },
  });
}
