import { createHash } from 'node:crypto';
import {
  type Cache,
  type Clock,
  isSocialError,
  type Logger,
  silentLogger,
  systemClock,
} from '@socialkit/core';
import {
  createProviderDetector,
  type Detector,
  type ProviderDetectorOptions,
  type ProviderPart,
  type ProviderReading,
  type ProviderShape,
} from '@socialkit/moderation';
import { createLruCache } from '../cache/lru.js';
import { createBreaker } from '../redis/breaker.js';
import { type ProviderFault, providerError } from './faults.js';
import { createHttpCall } from './http-call.js';
import { createTurns } from './turns.js';

export interface ProviderOptions extends ProviderDetectorOptions {
  /** Address of the service, with `https:`; `http:` for services on this machine or in the host's network. */
  readonly url: string;
  /**
   * Headers that let the host in, for example `{ authorization: 'Bearer …' }`, or a function that signs a request. They are
   * sent nowhere else and never logged.
   */
  readonly authorize?:
    | Readonly<Record<string, string>>
    | ((
        request: SignedRequest,
      ) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>);
  /** Milliseconds for one question: waiting for a turn, tries and reading included. @default 3000 */
  readonly deadlineMs?: number;
  /** Questions on the way at the same time. @default 8 */
  readonly concurrency?: number;
  /** Questions that may wait for their turn. @default 64 */
  readonly waiting?: number;
  /** Requests for one question at most; a further one follows only 429 and 5xx. @default 3 */
  readonly tries?: number;
  /** Milliseconds before the second try, random up to it; doubles. @default 200 */
  readonly retryMs?: number;
  /** Failed questions in a row after which the service rests. @default 5 */
  readonly failures?: number;
  /** Milliseconds it rests; doubles with every failed probe up to 16 times. @default 1000 */
  readonly restMs?: number;
  /** Bytes of an answer. @default 1048576 */
  readonly maxAnswerBytes?: number;
  /** Answers are kept here by the hash of what was asked; failures never are. @default 8 MiB in this process */
  readonly cache?: Cache;
  /** Milliseconds an answer is kept. @default one day */
  readonly cacheMs?: number;
  readonly clock?: Clock;
  /** Gets the fault of each failed question, never its content. @default silent */
  readonly logger?: Logger;
  /** Numbers from 0 to 1 for the pauses. @default Math.random */
  readonly random?: () => number;
}

/** What a signer is given. */
export interface SignedRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service that judges texts or pictures. */
export interface Provider extends Detector {
  /** `closed`: asked as usual. `open`: it rests. `half_open`: it rests but for one question that is on the way as a probe. */
  readonly state: 'closed' | 'open' | 'half_open';
  /**
   * One answer, from the cache, from the same question on the way, or from the service.
   * @throws provider.timeout, provider.rate_limited, provider.refused, provider.unreachable, provider.oversized,
   * provider.malformed, provider.resting, provider.busy
   */
  ask(part: ProviderPart): Promise<ProviderReading>;
}

const NAMESPACE = 'moderation-provider';

/**
 * A service over HTTP as a detector that cannot hurt: it decides by its deadline, asks no more than it may, leaves a failing
 * service alone and trusts no answer it has not checked.
 *
 * @example
 * const openai = createProvider(openAiShape(), { url: 'https://api.openai.com', authorize: { authorization: `Bearer ${key}` } });
 */
export function createProvider(shape: ProviderShape, options: ProviderOptions): Provider {
  const {
    deadlineMs = 3_000,
    concurrency = 8,
    waiting = 64,
    failures = 5,
    restMs = 1_000,
    cacheMs = 86_400_000,
    clock = systemClock,
    logger = silentLogger,
    cache = createLruCache({ maxBytes: 8 * 1024 * 1024, clock }),
  } = options;
  const breaker = createBreaker({ threshold: failures, pauseMs: restMs, maxPauseMs: restMs * 16 });
  const turns = createTurns(concurrency, waiting);
  const call = createHttpCall(shape, options);
  let probing = false;

  async function question(part: ProviderPart): Promise<ProviderReading> {
    if (!breaker.admits()) throw providerError(shape.id, 'resting');
    probing = breaker.open;
    const ended = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(providerError(shape.id, 'timeout'));
        ended.abort();
      }, deadlineMs);
    });
    const until = performance.now() + deadlineMs;
    const work = async (): Promise<ProviderReading> => {
      const release = await turns.take(ended.signal);
      if (!release) throw providerError(shape.id, ended.signal.aborted ? 'timeout' : 'busy');
      try {
        return await call(part, ended.signal, until);
      } finally {
        release();
      }
    };
    try {
      const answered = await Promise.race([work(), late]);
      breaker.succeeded();
      return answered;
    } catch (error) {
      const failed = isSocialError(error) ? error : providerError(shape.id, 'unreachable');
      // A full queue says something about this process, not about the service.
      if (failed.code !== 'provider.busy') breaker.failed();
      throw failed;
    } finally {
      probing = false;
      clearTimeout(timer);
      ended.abort();
    }
  }

  async function ask(part: ProviderPart): Promise<ProviderReading> {
    try {
      const answer = await cache.fetch(NAMESPACE, keyOf(shape, part), cacheMs, async () =>
        JSON.stringify(await question(part)),
      );
      return JSON.parse(answer) as ProviderReading;
    } catch (error) {
      const failed = isSocialError(error) ? error : providerError(shape.id, 'unreachable');
      const fault = failed.code.slice('provider.'.length) as ProviderFault;
      logger.warn({ provider: shape.id, fault }, 'a moderation service gave no answer');
      throw failed;
    }
  }

  return {
    ...createProviderDetector({ shape, ask }, options),
    get state() {
      if (!breaker.open) return 'closed';
      return probing ? 'half_open' : 'open';
    },
    ask,
  };
}

/** Content, service, version of its shape and model, and what is asked for: another of them is another question. */
function keyOf(shape: ProviderShape, part: ProviderPart): string {
  const categories = [...(shape.categories[part.modality] ?? [])].sort().join(',');
  const hash = createHash('sha256').update(
    `${shape.id}\n${shape.version}\n${part.modality}\n${categories}\n`,
  );
  if (part.modality === 'text') hash.update(`${part.locale ?? ''}\n${part.text.normalize('NFC')}`);
  else hash.update(part.jpeg);
  return hash.digest('hex');
}
