import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type Attributes,
  type Context,
  type ContextManager,
  context,
  ROOT_CONTEXT,
  type Span,
  type SpanStatus,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { notFound, SocialError } from '@socialkit/core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createOtelTracer } from './tracer.js';

/** A span as a provider would export it. */
interface Recorded {
  readonly name: string;
  readonly parent: string | null;
  readonly attributes: Attributes;
  status: SpanStatus;
  ended: boolean;
}

/** A small provider over the real API: it keeps what it is told, and takes parents from the real context. */
function recordingProvider(recorded: Recorded[]): TracerProvider {
  const names = new WeakMap<Span, string>();
  const start = (name: string, attributes: Attributes, within: Context): Span => {
    const parent = trace.getSpan(within);
    const entry: Recorded = {
      name,
      parent: parent ? (names.get(parent) ?? 'foreign') : null,
      attributes: { ...attributes },
      status: { code: SpanStatusCode.UNSET },
      ended: false,
    };
    recorded.push(entry);
    const ids = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };
    const span: Span = {
      spanContext: () => ids,
      setAttribute(key, value) {
        if (value !== undefined) entry.attributes[key] = value;
        return span;
      },
      setAttributes: () => span,
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus(status) {
        entry.status = status;
        return span;
      },
      updateName: () => span,
      end: () => {
        entry.ended = true;
      },
      isRecording: () => !entry.ended,
      recordException: () => {
        throw new Error('exceptions carry messages and stacks');
      },
    };
    names.set(span, name);
    return span;
  };
  return {
    getTracer: () => ({
      startSpan: (name, options, within = context.active()) => start(name, options?.attributes ?? {}, within),
      startActiveSpan: (name: string, ...rest: unknown[]) => {
        const work = rest.at(-1) as (span: Span) => unknown;
        const options = (rest.length > 1 ? rest[0] : {}) as { attributes?: Attributes };
        const span = start(name, options.attributes ?? {}, context.active());
        return context.with(trace.setSpan(context.active(), span), work, undefined, span) as never;
      },
    }),
  };
}

/** The context manager of a Node application. */
function nodeContext(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (within, work, self, ...args) => storage.run(within, () => work.call(self as never, ...args)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

describe('spans through OpenTelemetry', () => {
  const recorded: Recorded[] = [];
  const tracer = createOtelTracer({ provider: recordingProvider(recorded) });
  beforeAll(() => {
    context.setGlobalContextManager(nodeContext());
  });
  afterAll(() => context.disable());
  afterEach(() => {
    recorded.length = 0;
  });

  it('have name and attributes, give the result through, and end', async () => {
    let inside = false;
    const result = await tracer.span('posts.create', { 'socialkit.actor': 'user' }, async () => {
      await new Promise(setImmediate);
      inside = recorded[0]?.ended === false;
      return 42;
    });
    expect(result).toBe(42);
    expect(inside).toBe(true);
    expect(recorded).toEqual([
      {
        name: 'posts.create',
        parent: null,
        attributes: { 'socialkit.actor': 'user' },
        status: { code: SpanStatusCode.UNSET },
        ended: true,
      },
    ]);
  });

  it('nest under the span they are called in, also over awaits, and side by side', async () => {
    await tracer.span('outer', {}, async () => {
      await new Promise(setImmediate);
      await Promise.all(['left', 'right'].map((name) => tracer.span(name, {}, async () => {})));
    });
    expect(recorded.map(({ name, parent }) => [name, parent])).toEqual([
      ['outer', null],
      ['left', 'outer'],
      ['right', 'outer'],
    ]);
  });

  it('name an error without its words, and fail only when the platform failed', async () => {
    const secret = 'private text';
    const cases: readonly [unknown, string, SpanStatusCode][] = [
      [notFound('post'), 'post.not_found', SpanStatusCode.UNSET],
      [new SocialError('rate_limited', 'rate.limited', secret), 'rate.limited', SpanStatusCode.UNSET],
      [
        new SocialError('unavailable', 'storage.unavailable', secret),
        'storage.unavailable',
        SpanStatusCode.ERROR,
      ],
      [new SocialError('internal', 'storage.failed', secret), 'storage.failed', SpanStatusCode.ERROR],
      [new TypeError(secret), 'TypeError', SpanStatusCode.ERROR],
      ['thrown text', 'string', SpanStatusCode.ERROR],
    ];
    for (const [error, type, code] of cases) {
      const failed = tracer.span('posts.create', {}, async () => {
        throw error;
      });
      await expect(failed).rejects.toBe(error);
      const span = recorded.at(-1);
      expect(span).toMatchObject({ ended: true, attributes: { 'error.type': type }, status: { code } });
      expect(JSON.stringify(span)).not.toContain(secret);
    }
  });

  it('do nothing without a set-up of OpenTelemetry', async () => {
    expect(await createOtelTracer().span('posts.create', {}, async () => 1)).toBe(1);
    expect(recorded).toEqual([]);
  });
});
