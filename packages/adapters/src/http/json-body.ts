import { invalid, SocialError } from '@socialkit/core';

/** Bytes of a request body at most. */
export const MAX_BODY_BYTES = 256 * 1024;
/** Arrays and objects inside each other, at most. */
export const MAX_JSON_DEPTH = 16;

const badBody = (code: string, message: string) => invalid(code, message, [{ path: '', message }]);

/**
 * Checks the structure of a JSON text before it is parsed: depth, names that occur twice, `__proto__`. What is not
 * JSON at all is left to the parser.
 * @throws body.too_deep, body.duplicate_name, body.forbidden_name (validation)
 */
function inspect(text: string, maxDepth: number): void {
  /** The names of each open object; null for an open array. */
  const open: (Set<string> | null)[] = [];
  let nameNext = false;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      const start = ++at;
      while (at < text.length && text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
      const names = open.at(-1);
      if (!nameNext || !names) continue;
      nameNext = false;
      note(names, text.slice(start, at));
    } else if (char === 0x7b || char === 0x5b) {
      open.push(char === 0x7b ? new Set() : null);
      if (open.length > maxDepth)
        throw badBody('body.too_deep', `the JSON is nested deeper than ${maxDepth} levels`);
      nameNext = char === 0x7b;
    } else if (char === 0x7d || char === 0x5d) {
      open.pop();
      nameNext = false;
    } else if (char === 0x2c) nameNext = open.at(-1) instanceof Set;
  }
}

function note(names: Set<string>, raw: string): void {
  let name = raw;
  if (raw.includes('\\')) {
    try {
      name = JSON.parse(`"${raw}"`) as string;
    } catch {
      return;
    }
  }
  if (name === '__proto__') throw badBody('body.forbidden_name', 'the name __proto__ is not allowed');
  if (names.has(name)) throw badBody('body.duplicate_name', 'a name occurs twice in one object');
  names.add(name);
}

/**
 * Parses a JSON text from outside.
 * @throws body.too_deep, body.duplicate_name, body.forbidden_name, body.not_json (validation)
 */
export function parseJson(text: string, maxDepth: number = MAX_JSON_DEPTH): unknown {
  inspect(text, maxDepth);
  try {
    return JSON.parse(text);
  } catch {
    throw badBody('body.not_json', 'the body is not valid JSON');
  }
}

const isJson = (contentType: string): boolean => {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase());
  return (
    (type === 'application/json' || /^application\/[a-z0-9.+-]+\+json$/.test(type)) &&
    parameters.every((parameter) => parameter === '' || /^charset="?utf-8"?$/.test(parameter))
  );
};

const tooLarge = (limit: number) =>
  new SocialError('too_large', 'body.too_large', `the body is larger than ${limit} bytes`);

/** Reads no further than `limit` bytes, whatever the request says about its length. */
async function readCapped(request: Request, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > limit) throw tooLarge(limit);
  const reader = request.body.getReader();
  const stop = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.byteLength;
      if (size > limit) {
        stop();
        throw tooLarge(limit);
      }
      chunks.push(value);
    }
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size);
}

/**
 * The object in a request's body; an empty body is an empty object.
 *
 * @throws body.too_large (too_large), body.unsupported_media (unsupported_media) unless it is uncompressed JSON in UTF-8,
 * body.unreadable (validation) when the client went away, and what {@link parseJson} throws
 */
export async function readJsonObject(
  request: Request,
  limit: number,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  let bytes: Uint8Array;
  try {
    bytes = await readCapped(request, limit, signal);
  } catch (error) {
    if (error instanceof SocialError) throw error;
    throw badBody('body.unreadable', 'the body ended early');
  }
  if (bytes.byteLength === 0) return {};
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  if (!isJson(request.headers.get('content-type') ?? '') || (encoding !== 'identity' && encoding !== ''))
    throw new SocialError(
      'unsupported_media',
      'body.unsupported_media',
      'send JSON in UTF-8 with content-type application/json, uncompressed',
    );
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badBody('body.not_utf8', 'the body is not valid UTF-8');
  }
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badBody('body.not_an_object', 'the body must be a JSON object');
  return value as Record<string, unknown>;
}
