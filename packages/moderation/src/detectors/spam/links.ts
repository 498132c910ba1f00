import type { Span } from '../../normalise/plain-view.js';

/** What looks like a link in a text. */
export interface LinkSign {
  readonly span: Span;
  /** Host in lower case, `xn--` as written. */
  readonly host: string;
  /** Last two labels, or three under the usual second levels: close to what can be registered. */
  readonly domain: string;
  readonly shortened: boolean;
  /** Labels beyond ASCII or encoded: a look-alike of another name is possible. */
  readonly international: boolean;
  /** Written so that a machine does not see it: `example dot com`. */
  readonly hidden: boolean;
}

/** Services whose links hide where they lead. */
const SHORTENERS: ReadonlySet<string> = new Set(
  `bit.ly goo.gl t.co tinyurl.com ow.ly is.gd buff.ly adf.ly bit.do cutt.ly rebrand.ly shorturl.at rb.gy t.ly lnkd.in tiny.cc x.co v.gd
soo.gd s.id shorte.st clck.ru qr.ae linktr.ee wa.me t.me`.split(/\s+/),
);
const SECOND_LEVELS: ReadonlySet<string> = new Set('co com org net gov ac edu ne or go'.split(' '));
const ZONES: ReadonlySet<string> = new Set(
  `com net org info biz co io ru cn xyz top site online shop club live pro me tv us uk de fr in eu app dev ly gl gg link click win loan work
store tech space website fun icu vip tk ml ga cf gq cc ws mobi br pl it es nl ca au jp kr рф`.split(/\s+/),
);
const FILES = /\.(jpg|jpeg|png|gif|pdf|txt|docx?|js|ts|py|md|html?|zip)$/;

// One bounded run of host characters; no nested repetition, so no text makes it slow.
const HOST = /(?:https?:\/\/|www\.)?[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,6}/giu;
const SPELLED =
  /([\p{L}\p{N}-]{2,40})\s{0,3}[[({]?\s{0,2}(?:dot|punkt|d0t)\s{0,2}[\])}]?\s{0,3}(com|net|org|info|ru|xyz|io|co|me|biz)(?![\p{L}\p{N}])/giu;

/** The registrable part of a host, by a short rule instead of the whole list of public suffixes. */
export function domainOf(host: string): string {
  const labels = host.split('.');
  if (labels.length <= 2) return host;
  const keep = SECOND_LEVELS.has(labels.at(-2)!) && labels.at(-1)!.length === 2 ? 3 : 2;
  return labels.slice(-keep).join('.');
}

/** Links, bare host names and spelled-out names of a text, at most 50. */
export function findLinkSigns(text: string): readonly LinkSign[] {
  const found: LinkSign[] = [];
  if (text.includes('.')) {
    for (const match of text.matchAll(HOST)) {
      const written = match[0];
      const host = written
        .toLowerCase()
        .replace(/^https?:\/\//, '')
        .replace(/^www\./, '');
      const explicit = host.length !== written.length;
      const labels = host.split('.');
      const zone = labels.at(-1)!;
      if (!explicit && (!ZONES.has(zone) || FILES.test(host) || /^\d+$/.test(labels[0]!))) continue;
      found.push(sign({ start: match.index, end: match.index + written.length }, host, false));
      if (found.length === 50) return found;
    }
  }
  if (/dot|d0t|punkt/i.test(text)) {
    for (const match of text.matchAll(SPELLED)) {
      const host = `${match[1]}.${match[2]}`.toLowerCase();
      found.push(sign({ start: match.index, end: match.index + match[0].length }, host, true));
      if (found.length === 50) return found;
    }
  }
  return found;
}

function sign(span: Span, host: string, hidden: boolean): LinkSign {
  const domain = domainOf(host);
  return {
    span,
    host,
    domain,
    shortened: SHORTENERS.has(domain) || SHORTENERS.has(host),
    international: /\P{ASCII}/u.test(host) || host.includes('xn--'),
    hidden,
  };
}
