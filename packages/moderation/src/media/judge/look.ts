import { createHash } from 'node:crypto';
import type { SubjectSnapshot } from '@socialkit/core';
import type { MediaReading } from '../../kernel/media-reading.js';
import type { ModerationResult } from '../../kernel/result.js';
import type { TextModeration } from '../../moderate.js';
import type { MediaReader } from '../read-media.js';
import type { MediaSource } from '../sources.js';

export interface LookDeps {
  readonly source: MediaSource;
  readonly reader: MediaReader;
  readonly moderation: TextModeration;
}

/** Stands for bytes that nobody has seen: no file has the hash of a reference that hangs on its author. */
const unseen = (ref: string): string => createHash('sha256').update(`unseen ${ref}`).digest('hex');

/** Bytes of all media of a post, one after the other: several at once would need the room of all. */
export async function readAll(
  { source, reader }: LookDeps,
  refs: readonly string[],
  signal: AbortSignal,
): Promise<readonly MediaReading[]> {
  const readings: MediaReading[] = [];
  for (const ref of refs) {
    signal.throwIfAborted();
    const bytes = await source.open(ref);
    if (bytes) readings.push(await reader.read(ref, bytes));
  }
  return readings;
}

/** Judges the media of a post. Those without a reading count as not looked at. */
export function judgeMedia(
  { moderation }: LookDeps,
  { subject, revision, authorId, media }: SubjectSnapshot,
  readings: readonly MediaReading[],
): Promise<ModerationResult> {
  const hashes = new Map(readings.map(({ ref, sha256 }) => [ref, sha256]));
  return moderation.moderate(
    {
      surface: 'media',
      id: subject.id,
      revision,
      texts: {},
      authorId,
      media: media.slice(0, 20).map(({ ref }) => ({ ref, sha256: hashes.get(ref) ?? unseen(ref) })),
    },
    { media: readings },
  );
}
