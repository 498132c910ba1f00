import { z } from 'zod';

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
// C0 controls but tab and newline, DEL, C1 controls: nothing a person types.
// biome-ignore lint/suspicious/noControlCharactersInRegex: naming control characters is the purpose
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\uFFFE\uFFFF]/;
const BIDI = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
const OPENERS = new Set(['\u202A', '\u202B', '\u202D', '\u202E', '\u2066', '\u2067', '\u2068']);

/** True when every bidirectional embedding, override and isolate opened in a paragraph is closed in it. */
export function hasBalancedBidi(text: string): boolean {
  for (const paragraph of text.split('\n')) {
    const open: string[] = [];
    for (const char of paragraph) {
      if (OPENERS.has(char)) open.push(char >= '\u2066' ? '\u2069' : '\u202C');
      else if ((char === '\u202C' || char === '\u2069') && open.pop() !== char) return false;
    }
    if (open.length > 0) return false;
  }
  return true;
}

/** Code points of a string: the unit of every length limit. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

type Check = (text: string) => string | null;

const wellFormed: Check = (text) =>
  LONE_SURROGATE.test(text)
    ? 'contains a lone surrogate'
    : CONTROL.test(text)
      ? 'contains a control character'
      : null;

const checked = (max: number, min: number, check: Check) =>
  z.string().transform((value, context) => {
    // NFC can grow a string at most threefold, so an absurd length is refused before any work is done on it.
    const text = value.length > max * 8 ? value : value.normalize('NFC');
    const length = text.length > max * 2 ? text.length : countCharacters(text);
    const problem =
      length > max
        ? `must be at most ${max} characters`
        : length < min
          ? `must be at least ${min} characters`
          : (wellFormed(text) ?? check(text));
    if (problem !== null) {
      context.addIssue({ code: 'custom', message: problem });
      return z.NEVER;
    }
    return text;
  });

/**
 * Prose of up to `max` code points over several lines: NFC, no lone surrogates, no control characters but tab
 * and newline, bidirectional controls balanced within each paragraph. Stored raw, never trimmed.
 */
export const prose = (max: number, min = 0) =>
  checked(max, min, (text) => (hasBalancedBidi(text) ? null : 'has unbalanced bidirectional controls'));

/** A single line such as a name or title: as {@link prose}, without line breaks and any bidirectional control; trimmed. */
export const line = (max: number, min = 0) =>
  z
    .string()
    .overwrite((value) => (value.length > max * 8 ? value : value.trim()))
    .pipe(
      checked(max, min, (text) =>
        /[\n\t]/.test(text)
          ? 'must be one line'
          : BIDI.test(text)
            ? 'contains a bidirectional control'
            : null,
      ),
    );

/** An opaque key of the caller's such as an idempotency key or an external id: printable ASCII, compared exactly. */
export const opaqueKey = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII without spaces');
