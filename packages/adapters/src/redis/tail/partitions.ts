import { slotOf } from '../slots.js';

/** Partitions of streams on a Cluster: enough to spread them, each a part of the slots as large as the others. */
export const PARTITIONS = 256;
const SLOTS = 16_384;

let tags: readonly string[] | undefined;

/** A hash tag in each of 256 equal ranges of slots: the smallest number that falls into it. */
export function partitionTags(): readonly string[] {
  if (tags) return tags;
  const found = new Array<string>(PARTITIONS);
  let missing = PARTITIONS;
  for (let n = 0; missing > 0; n++) {
    const partition = Math.floor((slotOf(`{${n}}`) * PARTITIONS) / SLOTS);
    if (found[partition] !== undefined) continue;
    found[partition] = String(n);
    missing--;
  }
  tags = found;
  return tags;
}

/** FNV-1a over the text, folded to a partition. */
export function partitionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return ((hash >>> 16) ^ hash) & (PARTITIONS - 1);
}
