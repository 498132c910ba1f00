import { LinkifyIt } from 'linkify-it';
import type { TextRange } from './types.js';

/** Characters of a URL at most. */
export const MAX_URL_LENGTH = 2048;

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:']);

/**
 * The canonical form of a URL that may be shown as a link, or null: http, https or mailto, no user name or password
 * (they make one host look like another), at most {@link MAX_URL_LENGTH} characters.
 */
export function safeUrl(value: string): string | null {
  if (value.length > MAX_URL_LENGTH) return null;
  let url: URL;
  try {
    url = new URL(value);
  } catch {
    return null;
  }
  if (!SCHEMES.has(url.protocol) || url.username !== '' || url.password !== '') return null;
  if (url.protocol !== 'mailto:' && url.hostname === '') return null;
  return url.href.length > MAX_URL_LENGTH ? null : url.href;
}

// Without a scheme only zones that are rarely the last word of a sentence that lacks a space: no .so, .is, .it, .me, .to.
const BARE_ZONES =
  'com net org edu gov info biz dev app io ai tv cloud online shop site blog news page wiki xyz tech co.uk uk de fr eu nl se pl cz dk ch jp cn kr br au ca nz ru ua рф'.split(
    ' ',
  );

const linkify = new LinkifyIt({
  fuzzyLink: true,
  fuzzyEmail: false,
  fuzzyIP: false,
  tlds: BARE_ZONES,
  maxLength: MAX_URL_LENGTH,
})
  .add('ftp:', null)
  .add('//', null);

/** A link found in a text. */
export interface FoundLink extends TextRange {
  readonly url: string;
}

/**
 * The links in a text, in order: full http, https and mailto URLs anywhere, and bare host names under common zones.
 * Works in time linear to the text.
 */
export function findLinks(text: string): FoundLink[] {
  // Every link has a colon or a dot with something right behind it: most texts have neither.
  if (!/[.:]\S/.test(text)) return [];
  const found: FoundLink[] = [];
  for (const match of linkify.match(text) ?? []) {
    // A bare host takes the scheme every browser tries first.
    const url = safeUrl(match.schema === '' ? `https://${match.raw}` : match.url);
    if (url !== null) found.push({ start: match.index, end: match.lastIndex, url });
  }
  return found;
}
