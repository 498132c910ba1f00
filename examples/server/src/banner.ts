/** Three calls to try; the first needs no session. */
export const callsToTry = (origin: string, token: string): readonly string[] => [
  `curl -s '${origin}/v1/users/by-handle/harbour_daily'`,
  `curl -s '${origin}/v1/feed/home?limit=5' -H 'authorization: Bearer ${token}'`,
  `curl -s -X POST '${origin}/v1/posts' -H 'authorization: Bearer ${token}' -H 'content-type: application/json' -d '{"text":"Hello from the command line #hello"}'`,
];

/** What the example prints when it is up. */
export const banner = (facts: {
  readonly origin: string;
  readonly token: string;
  readonly handle: string;
  readonly storage: string;
}): string => `
socialkit is up, on ${facts.storage}

  API         ${facts.origin}/v1
  Reference   ${facts.origin}/docs
  OpenAPI     ${facts.origin}/openapi.json
  Health      ${facts.origin}/healthz
  Realtime    ${facts.origin.replace('http', 'ws')}/v1/realtime

Three calls to try (you are @${facts.handle}):

${callsToTry(facts.origin, facts.token)
  .map((line) => `  ${line}`)
  .join('\n\n')}

Ctrl-C stops it; the data stays.
`;
