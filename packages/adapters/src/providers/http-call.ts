import { setTimeout as sleep } from 'node:timers/promises';
import { invalid } from '@socialkit/core';
import type { ProviderPart, ProviderReading, ProviderShape } from '@socialkit/moderation';
import { readAnswer } from './answer.js';
import { providerError } from './faults.js';
import type { ProviderOptions } from './provider.js';

type Call = (part: ProviderPart, signal: AbortSignal, until: number) => Promise<ProviderReading>;

/** One question over HTTP, tried again after 429 and 5xx while there is time. Redirects are not followed. */
export function createHttpCall(shape: ProviderShape, options: ProviderOptions): Call {
  const {
    authorize = {},
    tries = 3,
    retryMs = 200,
    maxAnswerBytes = 1024 * 1024,
    random = Math.random,
  } = options;
  const base = addressOf(options.url);

  async function once(part: ProviderPart, signal: AbortSignal): Promise<Response> {
    const { path, headers, body } = shape.request(part);
    const request = {
      method: 'POST' as const,
      url: base + path,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: JSON.stringify(body),
    };
    const own = typeof authorize === 'function' ? await authorize(request) : authorize;
    try {
      return await fetch(request.url, {
        method: request.method,
        headers: { ...request.headers, ...own },
        body: request.body,
        redirect: 'error',
        signal,
      });
    } catch {
      // The cause may quote the address and its key.
      throw providerError(shape.id, signal.aborted ? 'timeout' : 'unreachable');
    }
  }

  return async (part, signal, until) => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await once(part, signal);
      if (response.ok) return readingOf(shape, part, await bodyOf(shape.id, response, maxAnswerBytes));
      await response.body?.cancel().catch(() => {});
      const again = response.status === 429 || response.status >= 500;
      const pause = pauseOf(response, retryMs * 2 ** (attempt - 1) * random());
      if (!again || attempt >= tries || performance.now() + pause >= until) {
        throw providerError(shape.id, response.status === 429 ? 'rate_limited' : 'refused', response.status);
      }
      await sleep(pause, undefined, { signal }).catch(() => {
        throw providerError(shape.id, 'timeout');
      });
    }
  };
}

function addressOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.search || parsed.hash)
    throw invalid(
      'provider.invalid',
      'the address of a service is an http(s) URL without a user or a query',
      [],
    );
  return url.replace(/\/+$/, '');
}

/** What the service asks to wait, or the given pause, whichever is longer; in milliseconds. */
function pauseOf(response: Response, pause: number): number {
  const asked = Number(response.headers.get('retry-after'));
  return Math.max(pause, Number.isFinite(asked) && asked > 0 ? asked * 1000 : 0);
}

async function bodyOf(id: string, response: Response, maxBytes: number): Promise<string> {
  const body = await readAnswer(response, maxBytes).catch(() => {
    throw providerError(id, 'unreachable');
  });
  if (body === null) throw providerError(id, 'oversized');
  return body;
}

function readingOf(shape: ProviderShape, part: ProviderPart, body: string): ProviderReading {
  try {
    return shape.read(JSON.parse(body), part);
  } catch {
    throw providerError(shape.id, 'malformed');
  }
}
