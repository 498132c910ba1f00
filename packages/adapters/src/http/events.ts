import {
  type Actor,
  accountOf,
  CLOSE,
  type ClientSink,
  type Frame,
  invalid,
  parseStreamName,
  type RealtimeHub,
  SocialError,
  type StreamName,
  type StreamRequest,
  type StreamStanding,
} from '@socialkit/core';
import { readQuery } from './input.js';
import type { OperationObject } from './openapi/document.js';

/** Streams of one response at most: their positions travel with every event. */
const MAX_STREAMS = 16;
/** Responses of one account that stream at a time; a further one is refused. */
const MAX_PER_ACCOUNT = 10;
/** Milliseconds between two comments that keep the connection alive. */
const HEARTBEAT_MS = 25_000;
/** Milliseconds after which a response ends; the browser asks again, with its session as it is then. */
const LIFETIME_MS = 5 * 60_000;
/** Bytes that wait for the client from which hints are dropped, and at which the response ends. */
const SOFT_BUFFER = 256 * 1024;
const HARD_BUFFER = 1024 * 1024;

const encoder = new TextEncoder();
const bad = (message: string) => invalid('events.invalid', message, [{ path: 'streams', message }]);

/** Reads `epoch~user:1=5~conversation:2=9`, the id of every event: where the client stands in each of its streams. */
function positionsOf(lastEventId: string | null): ReadonlyMap<string, { epoch: string; offset: number }> {
  const found = new Map<string, { epoch: string; offset: number }>();
  if (lastEventId === null) return found;
  const [epoch = '', ...places] = lastEventId.slice(0, 2048).split('~');
  for (const place of places.slice(0, MAX_STREAMS)) {
    const [name = '', offset = ''] = place.split('=');
    if (/^\d{1,15}$/.test(offset)) found.set(name, { epoch, offset: Number(offset) });
  }
  return found;
}

/** @throws events.invalid (validation) */
function wishesOf(request: Request): { readonly streams: readonly StreamName[]; readonly feed: boolean } {
  const query = readQuery(new URL(request.url).search);
  const list = (name: string) => (query.get(name) ?? []).flatMap((text) => text.split(',')).filter(Boolean);
  for (const name of query.keys())
    if (name !== 'streams' && name !== 'topics') throw bad(`there is no parameter ${name.slice(0, 50)}`);
  const streams = [...new Set(list('streams'))];
  const topics = list('topics');
  if (streams.some((name) => parseStreamName(name) === null))
    throw bad('streams are user:<id> or conversation:<id>, separated by commas');
  if (topics.some((topic) => topic !== 'feed')) throw bad('the only topic is feed');
  if (streams.length > MAX_STREAMS) throw bad(`at most ${MAX_STREAMS} streams`);
  if (streams.length + topics.length === 0) throw bad('name at least one stream or topic');
  return { streams: streams as StreamName[], feed: topics.length > 0 };
}

/** Serves the events of streams as server-sent events. */
export type EventStreams = (actor: Actor, request: Request) => Promise<Response>;

/**
 * The fallback of the WebSocket: the same frames under the same authorisation, read-only. Each event's id holds the client's places
 * in all of its streams, so that a browser that comes back resumes by itself.
 */
export function createEventStreams(hub: RealtimeHub): EventStreams {
  const open = new Map<string, number>();

  return async (actor, request) => {
    const accountId = accountOf(actor);
    const { streams, feed } = wishesOf(request);
    const before = open.get(accountId) ?? 0;
    if (before >= MAX_PER_ACCOUNT)
      throw new SocialError('rate_limited', 'events.too_many', `at most ${MAX_PER_ACCOUNT} at a time`, {
        retryAfterMs: 5000,
      });
    const positions = positionsOf(request.headers.get('last-event-id'));

    let controller!: ReadableStreamDefaultController<Uint8Array>;
    const places = new Map<string, number>();
    let epoch = '';
    let ended = false;
    const timers: NodeJS.Timeout[] = [];
    const end = () => {
      if (ended) return;
      ended = true;
      for (const timer of timers) clearTimeout(timer);
      client.close();
      const left = (open.get(accountId) ?? 1) - 1;
      if (left === 0) open.delete(accountId);
      else open.set(accountId, left);
      endListening();
      try {
        controller.close();
      } catch {
        // The client was faster.
      }
    };
    const waiting = () => HARD_BUFFER - (controller.desiredSize ?? 0);
    const write = (text: string) => {
      if (ended) return;
      controller.enqueue(encoder.encode(text));
      if (waiting() > HARD_BUFFER) end();
    };
    const tell = (type: string, text: string) => {
      const id =
        places.size === 0 ? '' : `id: ${epoch}${[...places].map(([s, o]) => `~${s}=${o}`).join('')}\n`;
      write(`${id}event: ${type}\ndata: ${text}\n\n`);
    };
    const bye = (code: number, reason: string) =>
      tell('bye', JSON.stringify({ t: 'bye', code, reason, afterMs: 0 }));
    const sink: ClientSink = {
      window: Number.POSITIVE_INFINITY,
      event({ text }: Frame) {
        const frame = JSON.parse(text) as {
          t: string;
          s: string;
          o?: number;
          offset?: number;
          epoch: string;
          state?: string;
        };
        epoch = frame.epoch;
        if (frame.state === 'closed') places.delete(frame.s);
        else places.set(frame.s, frame.o ?? frame.offset ?? 0);
        tell(frame.t, text);
      },
      hint({ text }) {
        if (waiting() <= SOFT_BUFFER) write(`event: eph\ndata: ${text}\n\n`);
      },
      ended(reason) {
        bye(reason.category === 'forbidden' ? CLOSE.forbidden.code : CLOSE.internal.code, reason.code);
        end();
      },
    };
    const body = new ReadableStream<Uint8Array>(
      {
        start(given) {
          controller = given;
        },
        cancel: () => end(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: HARD_BUFFER }),
    );
    const client = hub.connect(actor, sink);
    const endListening = hub.onSession({
      revoked(target) {
        if (!('accountId' in target) || target.accountId !== accountId) return;
        bye(CLOSE.unauthenticated.code, 'the session was revoked');
        end();
      },
      changed() {},
    });
    open.set(accountId, before + 1);
    if (feed) client.followFeed(true);
    const requests = streams.map((s): StreamRequest => ({ s, ...positions.get(s) }));
    const answer = (standings: readonly StreamStanding[]) => {
      for (const { s, state, epoch: current, offset } of standings) {
        if (state === 'refused') continue;
        epoch = current;
        // A replay that breaks off goes on from where the client stands, not from where it would have ended.
        places.set(s, state === 'resumed' ? (positions.get(s)?.offset ?? offset) : offset);
      }
      tell('ok', JSON.stringify({ t: 'ok', id: 1, streams: standings }));
    };
    try {
      if (requests.length === 0) answer([]);
      else await client.subscribe(requests, answer);
    } catch (error) {
      end();
      throw error;
    }
    const beat = setInterval(() => write(': beat\n\n'), HEARTBEAT_MS);
    beat.unref();
    const lifetime = setTimeout(end, LIFETIME_MS * (0.9 + Math.random() * 0.2));
    lifetime.unref();
    timers.push(beat, lifetime);
    if (ended) for (const timer of timers) clearTimeout(timer);
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // Proxies that gather answers would hold events back.
        'x-accel-buffering': 'no',
      },
    });
  };
}

/** What the API document says about it. */
export const eventsOperation: OperationObject = {
  operationId: 'realtimeEvents',
  summary: 'Events of your streams as server-sent events, for clients that cannot open a WebSocket',
  tags: ['realtime'],
  security: [{ bearer: [] }],
  parameters: [
    {
      name: 'streams',
      in: 'query',
      required: false,
      description: `up to ${MAX_STREAMS}, separated by commas: user:<id>, conversation:<id>`,
      schema: { type: 'string' },
    },
    {
      name: 'topics',
      in: 'query',
      required: false,
      description: 'hints: new posts of the home feed',
      schema: { type: 'string', enum: ['feed'] },
    },
    {
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description: 'id of the last event that was handled; events behind it are replayed',
      schema: { type: 'string' },
    },
  ],
  responses: {
    '200': {
      description: 'Frames of the protocol: ok, ev, eph, gap, bye.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    '400': { $ref: '#/components/responses/Invalid' },
    '401': { $ref: '#/components/responses/Unauthenticated' },
    '429': { $ref: '#/components/responses/RateLimited' },
    default: { $ref: '#/components/responses/Default' },
  },
  'x-operation': 'realtime.events',
  'x-permission': 'user',
  'x-rate-limit': 'read',
};
