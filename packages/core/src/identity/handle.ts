import { z } from 'zod';
import { invalid } from '../kernel/errors.js';
import { skeletonOf } from './confusables.js';

/** Which handles a platform takes. */
export interface HandleOptions {
  /**
   * Admits letters of one script per handle beside `[a-z0-9_]` (ideographs with kana, Hangul or Latin count as one).
   * Turning it off later leaves existing handles as they are.
   * @default false
   */
  readonly unicode?: boolean;
  /** Code points. @default 3 */
  readonly minLength?: number;
  /** Code points. @default 30 */
  readonly maxLength?: number;
  /** Handles, and all that look like them, that only staff may give out. @default {@link RESERVED_HANDLES} */
  readonly reserved?: Iterable<string>;
  /**
   * Milliseconds a handle that was given up is kept for who gave it up, so that nobody takes over his links and mentions.
   * @default 30 days
   */
  readonly keepReleasedMs?: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** Names that speak for the platform, address everybody, or are words of routes and code. */
export const RESERVED_HANDLES: readonly string[] = Object.freeze(
  (
    'about abuse account accounts admin administrator all anonymous api app billing channel contact deleted ' +
    'everyone explore feed followers following guest handle health hello help here home host info legal login logout ' +
    'mail me mod moderation moderator moderators news nobody notifications null official owner password payments ' +
    'policy post posts privacy profile root safety search security session settings signin signup social socialkit ' +
    'staff status support system team terms test trust undefined unknown user users verified verify webmaster www you'
  ).split(' '),
);

/** Scripts in everyday use (the recommended scripts of UAX #31). */
const SCRIPTS =
  'Latin Greek Cyrillic Armenian Hebrew Arabic Thaana Devanagari Bengali Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Ethiopic Khmer'.split(
    ' ',
  );

const COMMON = '0-9_\\p{Mn}\\p{Mc}';
const inScripts = (...scripts: string[]) =>
  new RegExp(`^[${COMMON}${scripts.map((script) => `\\p{scx=${script}}`).join('')}]+$`, 'u');
// The "highly restrictive" level of UTS #39: one script, or one of the three East Asian mixtures with Latin.
const PROFILES: readonly RegExp[] = [
  ...SCRIPTS.map((script) => inScripts(script)),
  inScripts('Latin', 'Han', 'Hiragana', 'Katakana'),
  inScripts('Latin', 'Han', 'Bopomofo'),
  inScripts('Latin', 'Han', 'Hangul'),
];
// Letters of phonetic notation and history are look-alikes by the hundred and nobody's name.
const RARE =
  /[\u0180-\u018E\u0190-\u019F\u01A2-\u01AE\u01B1-\u01CC\u01DD\u01E4-\u01F5\u01FD-\u0217\u021C-\u02FF\u0370-\u0373\u0376-\u037F\u03CF-\u03FF\u0460-\u0489\u1100-\u11FF\u1C80-\u1C8F\u1D00-\u1DBF\u1E9C-\u1E9F\u1EFA-\u1EFF\u2C60-\u2C7F\u2DE0-\u2DFF\uA640-\uA69F\uA720-\uA7FF\uA960-\uA97F\uAB30-\uAB6F\uD7B0-\uD7FF]|[\u{10000}-\u{1FFFF}]/u;
// Letters, not the modifier letters that pass for punctuation, but for the two that Japanese spells with.
const SHAPE = /^[\p{Ll}\p{Lo}0-9_ー々][\p{Ll}\p{Lo}\p{Mn}\p{Mc}0-9_ー々]*$/u;

/** NFKC and case folding to a fixed point, so that the canonical form of a canonical form is itself. */
function fold(value: string): string {
  let current = value;
  for (let round = 0; round < 8; round++) {
    let next = '';
    // Letter by letter: the final sigma of a whole word would depend on its place.
    for (const char of current.normalize('NFKC')) next += char.toUpperCase().toLowerCase();
    next = next.replaceAll('ς', 'σ').normalize('NFKC');
    if (next === current) return next;
    current = next;
  }
  return current;
}

const LEET: Readonly<Record<string, string>> = { i: 'l', 3: 'e', 4: 'a', 5: 's', 7: 't' };

/** Reads a skeleton as a hurried person would: for reserved names only, where a false alarm costs nothing. */
const hurried = (skeleton: string): string => skeleton.replace(/[i3457]/g, (char) => LEET[char] ?? char);

/** The one canonical form of handles, and what may be one. */
export interface HandleRules {
  /** @returns the canonical form, or null with the reason when the text cannot be a handle */
  parse(
    text: string,
  ):
    | { readonly handle: string; readonly skeleton: string }
    | { readonly handle: null; readonly reason: string };
  isReserved(skeleton: string): boolean;
  /** Milliseconds a handle that was given up is kept. */
  readonly keepReleasedMs: number;
  /** Accepts any spelling of a handle and gives its canonical form. */
  readonly schema: z.ZodType<string, string>;
}

/** @throws TypeError for lengths that no handle can have */
export function createHandleRules(options: HandleOptions = {}): HandleRules {
  const { unicode = false, minLength = 3, maxLength = 30, keepReleasedMs = 30 * DAY_MS } = options;
  if (!(minLength >= 1 && maxLength >= minLength && maxLength <= 64))
    throw new TypeError('handles have 1 to 64 characters');
  const reserved = new Set(
    [...(options.reserved ?? RESERVED_HANDLES)].map((name) => hurried(skeletonOf(fold(name)))),
  );

  const problem = (handle: string): string | null => {
    const length = [...handle].length;
    if (length < minLength || length > maxLength) return `must be ${minLength} to ${maxLength} characters`;
    if (/^[a-z0-9_]+$/.test(handle)) return null;
    if (!unicode) return 'may hold a to z, 0 to 9 and _ only';
    if (!SHAPE.test(handle) || /\p{Default_Ignorable_Code_Point}/u.test(handle) || RARE.test(handle))
      return 'may hold letters, 0 to 9 and _ only';
    // A stack of accents is drawn over its neighbours.
    if (/\p{M}{3}/u.test(handle.normalize('NFD'))) return 'has too many accents on one letter';
    return PROFILES.some((profile) => profile.test(handle)) ? null : 'mixes scripts';
  };

  const parse: HandleRules['parse'] = (text) => {
    if (text.length > maxLength * 8)
      return { handle: null, reason: `must be at most ${maxLength} characters` };
    const handle = fold(text);
    const reason = problem(handle);
    return reason === null ? { handle, skeleton: skeletonOf(handle) } : { handle: null, reason };
  };

  return {
    parse,
    isReserved: (skeleton) => reserved.has(hurried(skeleton)),
    keepReleasedMs,
    schema: z
      .string()
      .transform((text, context) => {
        const parsed = parse(text);
        if (parsed.handle !== null) return parsed.handle;
        context.addIssue({ code: 'custom', message: parsed.reason });
        return z.NEVER;
      })
      .meta({ description: 'any spelling of a handle', examples: ['ada_lovelace'] }),
  };
}

/** @throws handle.invalid (validation) */
export const invalidHandle = (reason: string) =>
  invalid('handle.invalid', `this cannot be a handle: it ${reason}`, [{ path: 'handle', message: reason }]);
