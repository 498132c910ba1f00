import type { WordHit } from '../detectors/lists/match.js';

/**
 * The plain text with every disguised or glued listed word written out, so that models see `b i t c h` and `thxbitch` as they
 * see the plain word. Returns the text itself when there is nothing to write out.
 */
export function canonicalText(text: string, hits: readonly WordHit[]): string {
  let from = 0;
  let canonical = '';
  for (const hit of hits) {
    if (!(hit.evaded || hit.glued) || hit.start < from) continue;
    canonical += `${text.slice(from, hit.start)}${hit.glued ? ' ' : ''}${hit.pattern.entry.term.replaceAll('*', '')}${hit.glued ? ' ' : ''}`;
    from = hit.end;
  }
  return from === 0 ? text : canonical + text.slice(from);
}
