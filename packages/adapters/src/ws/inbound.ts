import { type ClientFrame, clientFrames } from '@socialkit/core';
import { parseJson } from '../http/json-body.js';

/** What a message of a client holds. */
export type Inbound =
  /** No JSON, too deep, not an object, a batch too long: nothing to answer to. */
  { readonly kind: 'broken' } | { readonly kind: 'frames'; readonly frames: readonly InboundFrame[] };

/** One frame, or why it is none. */
export type InboundFrame =
  | { readonly kind: 'frame'; readonly frame: ClientFrame }
  /** A type this server does not know. */
  | { readonly kind: 'unsupported'; readonly id: number | null }
  | {
      readonly kind: 'invalid';
      readonly id: number | null;
      readonly fields: readonly { readonly path: string; readonly message: string }[];
    };

const idOf = (value: Readonly<Record<string, unknown>>): number | null =>
  Number.isInteger(value.id) && (value.id as number) >= 1 && (value.id as number) <= 2_147_483_647
    ? (value.id as number)
    : null;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function readFrame(value: Readonly<Record<string, unknown>>): InboundFrame {
  const type = value.t;
  const schema =
    typeof type === 'string' && Object.hasOwn(clientFrames, type)
      ? clientFrames[type as keyof typeof clientFrames]
      : undefined;
  if (!schema) return { kind: 'unsupported', id: idOf(value) };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { kind: 'frame', frame: parsed.data as ClientFrame };
  return {
    kind: 'invalid',
    id: idOf(value),
    fields: parsed.error.issues.slice(0, 20).map((issue) => ({
      path: issue.path.map(String).join('.').slice(0, 200),
      message: issue.message.slice(0, 200),
    })),
  };
}

/** Reads a text message. Never throws. */
export function readInbound(
  text: string,
  limits: { readonly depth: number; readonly batch: number },
): Inbound {
  let value: unknown;
  try {
    value = parseJson(text, limits.depth);
  } catch {
    return { kind: 'broken' };
  }
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || list.length > limits.batch || !list.every(isObject)) return { kind: 'broken' };
  return { kind: 'frames', frames: list.map(readFrame) };
}
