/** Tracing through the OpenTelemetry API. */
export { createOtelTracer } from './tracer.js';
