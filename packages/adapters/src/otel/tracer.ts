import { type Span, SpanStatusCode, type TracerProvider, trace } from '@opentelemetry/api';
import { isSocialError, type Tracer } from '@socialkit/core';

/** Categories that say something about the platform, not about the caller: only these make a span an error. */
const FAILURES: ReadonlySet<string> = new Set(['internal', 'unavailable', 'timeout']);

/** Words of an error that may leave the process: its code or its class, never its message. */
function record(span: Span, error: unknown): void {
  if (isSocialError(error)) {
    span.setAttribute('error.type', error.code);
    if (FAILURES.has(error.category)) span.setStatus({ code: SpanStatusCode.ERROR, message: error.code });
    return;
  }
  const type = error instanceof Error ? error.name : typeof error;
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR, message: type });
}

/**
 * Spans over the OpenTelemetry API: one per operation (`posts.create`) and per batch of jobs (`job feed.fan_out`), nested by
 * the context the application's OpenTelemetry set-up carries. Without such a set-up the API does nothing, and costs next to
 * nothing.
 *
 * An error is named in `error.type` by its code; a refusal of the caller's doing (not found, validation, rate limit)
 * does not make the span a failed one. Messages and private text are never recorded.
 *
 * @param options.provider @default the provider the application has registered globally
 */
export function createOtelTracer(options: { readonly provider?: TracerProvider } = {}): Tracer {
  const tracer = (options.provider ?? trace.getTracerProvider()).getTracer('socialkit');
  return {
    span: (name, attributes, work) =>
      tracer.startActiveSpan(name, { attributes: { ...attributes } }, async (span) => {
        try {
          return await work();
        } catch (error) {
          record(span, error);
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}
