import { SocialError } from '@socialkit/core';
import { type HostAlgorithm, hostPostSchema, MAX_HOST_POSTS } from '@socialkit/feed';
import { z } from 'zod';
import { readAnswer } from '../providers/answer.js';

/** Bytes of an answer at most: 200 posts with everything they may carry. */
const MAX_ANSWER_BYTES = 256 * 1024;

const answerSchema = z.object({ posts: z.array(hostPostSchema).max(MAX_HOST_POSTS) });

/** Where a ranking is asked for. */
export interface HttpAlgorithmOptions {
  /** `http` or `https`. `POST {url}/rank` ranks, `POST {url}/interactions` is told what became of it. */
  readonly url: string;
  /** Sent with every request, for example `authorization`. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds an answer may take; the ranking's own deadline may come first. @default 2000 */
  readonly deadlineMs?: number;
  /** @default false: nobody is told */
  readonly interactions?: boolean;
}

/**
 * A ranking behind an HTTP endpoint of the host's.
 *
 * `POST {url}/rank` with `{ "userId", "limit" }` answers `{ "posts": [{ "id", "reason"?, "context"? }] }`, best first, at most 200.
 * `POST {url}/interactions` with `{ "interactions": [{ "userId", "postId", "kind", "context", "at" }] }` answers any 2xx. Redirects are not
 * followed; answers above 256 KiB are refused. Nothing of what it says is shown before the access policy has seen it.
 *
 * @throws TypeError for an address that is no plain http(s) URL
 */
export function createHttpAlgorithm(options: HttpAlgorithmOptions): HostAlgorithm {
  const { headers = {}, deadlineMs = 2000, interactions = false } = options;
  const parsed = URL.canParse(options.url) ? new URL(options.url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.search || parsed.hash)
    throw new TypeError('the address of an algorithm is an http(s) URL without a user or a query');
  const base = options.url.replace(/\/+$/, '');

  const post = async (path: string, body: object, signal?: AbortSignal): Promise<string> => {
    const deadline = AbortSignal.timeout(deadlineMs);
    const response = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
    });
    const text = await readAnswer(response, MAX_ANSWER_BYTES);
    if (response.ok && text !== null) return text;
    throw new SocialError(
      'unavailable',
      'algorithm.unavailable',
      text === null ? 'the algorithm answered too much' : `the algorithm answered ${response.status}`,
      { retryable: true },
    );
  };

  return {
    async rank({ userId, limit, signal }) {
      return answerSchema.parse(JSON.parse(await post('/rank', { userId, limit }, signal))).posts;
    },
    ...(interactions
      ? {
          async interactions(happened) {
            await post('/interactions', { interactions: happened });
          },
        }
      : {}),
  };
}
