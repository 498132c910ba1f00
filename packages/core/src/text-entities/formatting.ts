import { type FieldError, invalid } from '../kernel/errors.js';
import { type Formatting, TEXT_STYLES, type TextEntity, type TextStyle } from './types.js';

/** Whether `at` cuts a surrogate pair of `text` in two. */
const splitsPair = (text: string, at: number): boolean => {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
};

const problemOf = (text: string, range: Formatting): string | null =>
  range.end <= range.start
    ? 'end must be behind start'
    : range.end > text.length
      ? `ends behind the text, which has ${text.length} UTF-16 code units`
      : splitsPair(text, range.start) || splitsPair(text, range.end)
        ? 'cuts a character in two'
        : null;

/** The ranges of one style with touching and overlapping ones joined, in order. */
function joined(type: TextStyle, formatting: readonly Formatting[]): TextEntity[] {
  const ranges: { type: TextStyle; start: number; end: number }[] = [];
  for (const { start, end } of formatting
    .filter((range) => range.type === type)
    .sort((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else ranges.push({ type, start, end });
  }
  return ranges;
}

/**
 * Checks formatting ranges against their text and brings them into one form: sorted, ranges of one style that touch or
 * overlap joined.
 * @throws text.invalid_formatting (validation) with the fields, for ranges outside the text, empty ones, ones that cut a
 * character in two, and links that overlap each other
 */
export function resolveFormatting(text: string, formatting: readonly Formatting[]): TextEntity[] {
  const problems: FieldError[] = [];
  formatting.forEach((range, index) => {
    const message = problemOf(text, range);
    if (message !== null) problems.push({ path: `formatting.${index}`, message });
  });
  const links = formatting.filter((range) => range.type === 'link').sort((a, b) => a.start - b.start);
  links.forEach((link, index) => {
    const previous = links[index - 1];
    if (previous && previous.end > link.start)
      problems.push({ path: `formatting.${formatting.indexOf(link)}`, message: 'overlaps another link' });
  });
  if (problems.length > 0)
    throw invalid(
      'text.invalid_formatting',
      'a formatting range does not fit the text; see fields',
      problems.slice(0, 20),
    );
  return [...links, ...TEXT_STYLES.flatMap((type) => joined(type, formatting))];
}
