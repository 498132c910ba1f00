import type { PlainView } from '../../normalise/plain-view.js';
import { createFeatureExtractor, type Features } from '../linear/features.js';
import { findLinkSigns } from './links.js';

const PRIME = 0x01000193;
const hashOf = (name: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), PRIME);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x7feb352d);
  return (hash ^ (hash >>> 15)) >>> 0;
};

/** Features of a text as advertising: its words and letters, and its shape. */
export interface SpamFeatures {
  readonly buckets: number;
  extract(view: PlainView): Features;
}

/** Coarse steps, so that a little more or less is the same feature. */
const step = (count: number): number => (count < 4 ? count : Math.min(10, 2 + Math.round(Math.log2(count))));

export function createSpamFeatures(bits: number): SpamFeatures {
  const words = createFeatureExtractor(bits);
  const mask = 2 ** bits - 1;
  return {
    buckets: words.buckets,
    extract(view) {
      const { indices, count } = words.extract(view.text, [], view.original);
      let total = count;
      const add = (name: string) => {
        if (total < indices.length) indices[total++] = hashOf(name) & mask;
      };
      const { original } = view;
      const head = original.length > 20_000 ? original.slice(0, 20_000) : original;
      const shape = shapeOf(head);
      add(`digits ${step(shape.digits)}`);
      add(`number ${Math.min(12, shape.longestNumber)}`);
      add(`length ${Math.floor(Math.log2(head.length + 1) * 2)}`);
      add(`shouting ${step(shape.shouted)}`);
      add(`marks ${step(shape.exclamations)}`);
      add(`money ${step(shape.money)}`);
      add(`lines ${step(shape.lines)}`);
      if (shape.digits > 0 && shape.money > 0) add('digits and money');
      if (shape.longestNumber >= 5) add('a long number');
      if (shape.longestNumber >= 5 && shape.shouted > 0) add('a long number and shouting');
      if (shape.digits > 4 && head.length > 80) add('many digits in a long text');
      const links = findLinkSigns(head);
      add(`links ${Math.min(3, links.length)}`);
      for (const link of links.slice(0, 8)) {
        add(`domain ${link.domain}`);
        if (link.shortened) add('shortened link');
        if (link.hidden) add('hidden link');
        if (link.international) add('international link');
      }
      for (const token of head.matchAll(/[^\s]{1,24}/g)) {
        if (/\d/.test(token[0]))
          add(
            `shape ${token[0].replace(/\d/g, '9').replace(/[A-Z]/g, 'A').replace(/[a-z]/g, 'a').slice(0, 12)}`,
          );
        if (total > 6000) break;
      }
      return { indices, count: total };
    },
  };
}

function shapeOf(text: string) {
  let digits = 0;
  let run = 0;
  let longestNumber = 0;
  let capitals = 0;
  let shouted = 0;
  let exclamations = 0;
  let money = 0;
  let lines = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const digit = code >= 48 && code <= 57;
    if (digit) {
      digits += 1;
      run += 1;
      longestNumber = Math.max(longestNumber, run);
    } else run = 0;
    const capital = code >= 65 && code <= 90;
    if (capital) {
      capitals += 1;
      if (capitals === 3) shouted += 1;
    } else capitals = 0;
    if (code === 33) exclamations += 1;
    else if (code === 10) lines += 1;
    else if (code === 36 || code === 163 || code === 0x20ac) money += 1;
  }
  return { digits, longestNumber, shouted, exclamations, money, lines };
}
