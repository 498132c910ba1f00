import { z } from 'zod';
import { idSchema } from '../kernel/ids.js';
import { streamNameSchema } from './streams.js';

const requestId = z.int().min(1).max(2_147_483_647).meta({ description: 'echoed in ok or err' });
const offset = z.int().min(0);
const position = z.object({ epoch: z.string().min(1).max(64), offset });

/**
 * Frames of the client. One JSON object is one frame, an array of up to 32 is a batch. Unknown fields are ignored, an unknown
 * `t` is answered with `err unsupported`.
 */
export const clientFrames = {
  /** First frame, within the time limit. The token is omitted when the upgrade request authenticated (cookie or ticket). */
  hello: z.object({
    t: z.literal('hello'),
    id: requestId,
    token: z.string().min(1).max(8192).optional(),
    /** Streams to follow from where the client stands. */
    resume: z
      .array(z.object({ s: streamNameSchema, ...position.shape }))
      .max(128)
      .optional(),
    client: z.string().max(100).optional(),
  }),
  /** A new token for the open connection, before the old one expires. */
  auth: z.object({ t: z.literal('auth'), id: requestId, token: z.string().min(1).max(8192) }),
  /**
   * Follows streams, each from now or from a position; and topics that carry only hints: `feed` (new posts on the home
   * page, changes of held posts), `presence`.
   */
  sub: z.object({
    t: z.literal('sub'),
    id: requestId,
    streams: z
      .array(
        z.object({ s: streamNameSchema, epoch: position.shape.epoch.optional(), offset: offset.optional() }),
      )
      .max(128)
      .optional(),
    topics: z
      .array(z.enum(['feed']))
      .max(8)
      .optional(),
  }),
  unsub: z.object({
    t: z.literal('unsub'),
    id: requestId,
    streams: z.array(streamNameSchema).max(128).optional(),
    topics: z
      .array(z.enum(['feed']))
      .max(8)
      .optional(),
  }),
  /** The posts the client shows (topic `feed`) and the accounts whose presence it shows: replaces what was watched before. */
  watch: z.object({
    t: z.literal('watch'),
    id: requestId,
    posts: z.array(idSchema).max(100).optional(),
    presence: z.array(idSchema).max(200).optional(),
  }),
  /** Calls a public operation, for example `messages.send`: the same input, output and errors as over HTTP. */
  call: z.object({
    t: z.literal('call'),
    id: requestId,
    op: z.string().max(80),
    input: z.record(z.string(), z.unknown()).optional(),
  }),
  /** How far the application has handled each stream: paces the replay, and ends nothing. */
  ack: z.object({
    t: z.literal('ack'),
    streams: z.array(z.object({ s: streamNameSchema, offset })).max(128),
  }),
  ping: z.object({ t: z.literal('ping') }),
} as const;

/** Any frame of the client. */
export const clientFrameSchema = z.discriminatedUnion('t', [
  clientFrames.hello,
  clientFrames.auth,
  clientFrames.sub,
  clientFrames.unsub,
  clientFrames.watch,
  clientFrames.call,
  clientFrames.ack,
  clientFrames.ping,
]);
export type ClientFrame = z.output<typeof clientFrameSchema>;

const standing = z.object({
  s: streamNameSchema,
  ...position.shape,
  /** `live`: from this offset on. `resumed`: the replay up to it follows or is over. `reset`: reload, then go on from it. `refused`: not yours. */
  state: z.enum(['live', 'resumed', 'reset', 'refused']),
});

/** Frames of the server. */
export const serverFrames = {
  welcome: z.object({
    t: z.literal('welcome'),
    id: requestId,
    connection: z.string(),
    userId: idSchema,
    heartbeatMs: z.int(),
    /** Unix milliseconds. */
    now: z.int(),
    /** When the token ends; the client sends `auth` before. */
    expiresAt: z.int().nullable(),
    limits: z.object({ frameBytes: z.int(), subscriptions: z.int(), inFlight: z.int() }),
    streams: z.array(standing),
  }),
  ok: z.object({
    t: z.literal('ok'),
    id: requestId,
    data: z.unknown().optional(),
    streams: z.array(standing).optional(),
  }),
  err: z.object({
    t: z.literal('err'),
    id: requestId.nullable(),
    code: z.string(),
    category: z.string(),
    message: z.string(),
    retryable: z.boolean(),
    retryAfterMs: z.int().optional(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
  /** A durable event: each offset once, in order, without a hole. `data` is absent when this viewer may not have it. */
  ev: z.object({
    t: z.literal('ev'),
    s: streamNameSchema,
    epoch: z.string(),
    o: z.int().min(1),
    type: z.string(),
    at: z.int(),
    data: z.record(z.string(), z.unknown()).optional(),
  }),
  /** A hint that may be dropped. */
  eph: z.object({
    t: z.literal('eph'),
    s: z.string(),
    type: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
  /** The stream cannot be continued: reload its state, then go on from `offset` (`reset`); or it is no longer yours (`closed`). */
  gap: z.object({
    t: z.literal('gap'),
    s: streamNameSchema,
    ...position.shape,
    state: z.enum(['reset', 'closed']),
  }),
  pong: z.object({ t: z.literal('pong') }),
  /** The server is about to close: come back after `afterMs`. */
  bye: z.object({ t: z.literal('bye'), code: z.int(), reason: z.string(), afterMs: z.int() }),
} as const;

/** Any frame of the server. */
export const serverFrameSchema = z.discriminatedUnion('t', [
  serverFrames.welcome,
  serverFrames.ok,
  serverFrames.err,
  serverFrames.ev,
  serverFrames.eph,
  serverFrames.gap,
  serverFrames.pong,
  serverFrames.bye,
]);
export type ServerFrame = z.output<typeof serverFrameSchema>;
