/** Which web pages of other origins may call. */
export interface CorsOptions {
  /** Exact origins such as `https://app.example`, compared whole; `*` for all, which rules out `credentials`. */
  readonly origins: readonly string[] | '*';
  /** Lets browsers send cookies. @default false */
  readonly credentials?: boolean;
  /** Seconds a browser may remember a preflight. @default 600 */
  readonly maxAgeSeconds?: number;
}

const EXPOSED = 'etag, ratelimit, ratelimit-policy, retry-after, x-request-id';
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, if-none-match, x-request-id';

/** Adds CORS headers to responses and answers preflights. */
export interface Cors {
  apply(request: Request, headers: Headers): void;
  /** The answer to a preflight, or null for any other request. */
  preflight(request: Request, methods: readonly string[]): Response | null;
}

/** @throws TypeError for all origins with credentials, and for origins that are not of the form scheme://host[:port] */
export function createCors(options: CorsOptions | undefined): Cors {
  if (options === undefined) return { apply() {}, preflight: () => null };
  const { origins, credentials = false, maxAgeSeconds = 600 } = options;
  if (origins === '*' && credentials)
    throw new TypeError('cors: name the origins that may send credentials; * is not possible with them');
  if (origins !== '*')
    for (const origin of origins)
      if (!URL.canParse(origin) || new URL(origin).origin !== origin)
        throw new TypeError(`cors: "${origin}" is not an origin such as https://app.example`);
  const allowed = origins === '*' ? null : new Set(origins);

  const apply = (request: Request, headers: Headers) => {
    if (allowed !== null) headers.append('vary', 'Origin');
    const origin = request.headers.get('origin');
    if (origin === null || (allowed !== null && !allowed.has(origin))) return;
    headers.set('access-control-allow-origin', allowed === null ? '*' : origin);
    headers.set('access-control-expose-headers', EXPOSED);
    if (credentials) headers.set('access-control-allow-credentials', 'true');
  };
  return {
    apply,
    preflight(request, methods) {
      if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return null;
      const headers = new Headers();
      apply(request, headers);
      if (headers.has('access-control-allow-origin')) {
        headers.set('access-control-allow-methods', methods.join(', '));
        headers.set('access-control-allow-headers', ALLOWED_HEADERS);
        headers.set('access-control-max-age', String(maxAgeSeconds));
      }
      return new Response(null, { status: 204, headers });
    },
  };
}
