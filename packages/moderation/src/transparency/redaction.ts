/** What points at a person, or may: addresses, handles, links, phone numbers, long numbers, network addresses. */
const PATTERNS: readonly RegExp[] = [
  /[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu,
  /https?:\/\/\S+|www\.\S+/giu,
  /(?<![\p{L}\p{N}])@[\p{L}\p{N}_.]{2,}/gu,
  /(?<![\p{L}\p{N}])(?:\d{1,3}\.){3}\d{1,3}(?![\p{L}\p{N}])/gu,
  /(?<![\p{L}\p{N}])(?:[0-9a-f]{1,4}:){3,7}[0-9a-f:]{1,}(?![\p{L}\p{N}])/giu,
  // A number of seven digits and more, however it is grouped: phones, accounts, ids.
  /\+?\d(?:[\s().\-/]{0,2}\d){6,}/gu,
];

const LEFT_OUT = '[left out]';

/** Whether a text holds something that points at a person. It cannot know names: texts that leave the house should not hold any. */
export const hasPersonalData = (text: string): boolean =>
  PATTERNS.some((pattern) => new RegExp(pattern.source, pattern.flags).test(text));

/** A text without what points at people. */
export function withoutPersonalData(text: string): string {
  let rest = text;
  for (const pattern of PATTERNS) rest = rest.replace(pattern, LEFT_OUT);
  return rest;
}
