import { compareIds } from '@socialkit/core';
import type { Redis } from 'ioredis';

/** As Misskey reads a home page: the whole list, sorted in the process, twenty of it. */
export async function readEverything(
  redis: Redis,
  key: string,
  before: string | null,
  limit: number,
): Promise<string[]> {
  const all = await redis.lrange(key, 0, -1);
  const sorted = [...new Set(all)].sort((a, b) => compareIds(b, a));
  return (before === null ? sorted : sorted.filter((id) => compareIds(id, before) < 0)).slice(0, limit);
}
