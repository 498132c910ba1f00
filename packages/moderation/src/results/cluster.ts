import { findLinkSigns } from '../detectors/spam/links.js';
import { simhashOf } from '../detectors/spam/simhash.js';
import { plainView } from '../normalise/plain-view.js';
import type { ClusterKeys } from './types.js';

const MOST_KEYS = 20;

const sorted = (values: Iterable<string>): readonly string[] =>
  [...new Set(values)].sort().slice(0, MOST_KEYS);

/** What near-duplicates of a content share with it. Pure. */
export function clusterOf(content: {
  readonly texts: Readonly<Record<string, string>>;
  readonly links: readonly string[];
  readonly media: readonly string[];
}): ClusterKeys {
  const text = Object.keys(content.texts)
    .sort()
    .map((field) => content.texts[field])
    .join('\n');
  const simhash = simhashOf(plainView(text));
  const half = (value: number) => value.toString(16).padStart(8, '0');
  return {
    simhash: simhash && half(simhash.high) + half(simhash.low),
    domains: sorted(findLinkSigns([...content.links, text].join('\n')).map(({ domain }) => domain)),
    media: sorted(content.media),
  };
}
