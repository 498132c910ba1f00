import { type ContentGate, type GateVerdict, reviewContent } from '../access/index.js';
import { SocialError } from '../kernel/errors.js';
import type { Id } from '../kernel/ids.js';
import type { Account } from './types.js';

/** The parts of an account that people read. */
export type ProfileTexts = Pick<
  Account,
  'handle' | 'displayName' | 'firstName' | 'lastName' | 'bio' | 'location' | 'gender' | 'custom' | 'avatar'
>;

const strings = (value: unknown, path: string): [string, string][] =>
  typeof value === 'string'
    ? [[path, value]]
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => strings(inner, `${path}.${key}`))
      : [];

/**
 * Asks the gate about a whole profile as it would read after the write, not only about the changed field: names and
 * bio are read together.
 *
 * @returns what the gate lets through, with the label a `blur` puts on the account
 * @throws content.rejected, content.gate_unavailable. A profile has no state of review: `hold` is refused like `reject`
 */
export async function reviewProfile(
  gate: ContentGate,
  profile: ProfileTexts,
  account: { readonly id: Id; readonly isNew: boolean },
): Promise<Extract<GateVerdict, { decision: 'allow' | 'blur' }>> {
  const { custom, avatar, handle, displayName, firstName, lastName, bio, location, gender } = profile;
  const own = { handle, displayName, firstName, lastName, bio, location, gender };
  const texts = Object.fromEntries(
    [...Object.entries(own), ...strings(custom, 'custom')].filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
    ),
  );
  const verdict = await reviewContent(gate, {
    surface: 'profile',
    texts,
    media: avatar === null ? [] : [avatar],
    links: Object.values(texts).filter((text) => /^https?:\/\/\S+$/i.test(text)),
    authorId: account.id,
    ...(account.isNew ? {} : { subjectId: account.id }),
  });
  if (verdict.decision === 'hold')
    throw new SocialError('forbidden', 'content.rejected', 'this profile is not accepted here', {
      fields: verdict.reasons.map((message) => ({ path: '', message })),
    });
  return verdict;
}
