import { worldRuns } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import { describe, it } from 'vitest';
import { onMemory, onPglite, onPostgres } from './kits.js';
import { proveSurfaces } from './prove.js';
import { enforcementSurfaces } from './surfaces-enforcement.js';

const only = Object.keys(enforcementSurfaces);
/** A world on a database takes so much longer. */
const SLOWER = 5;

describe('restrictions of random worlds', () => {
  const runs = worldRuns('enforcement, memory', 60);
  it(
    'have exactly one statement each that holds, whoever made them, and nothing else has any',
    () => proveSurfaces(onMemory(), runs, { only }),
    runs.timeoutMs,
  );
});

describe('the same on PGlite', () => {
  const runs = worldRuns('enforcement, PGlite', 1);
  it('holds', () => proveSurfaces(onPglite(), runs, { only }), SLOWER * runs.timeoutMs);
});

describePostgres('the same on PostgreSQL', (server) => {
  const runs = worldRuns('enforcement, PostgreSQL', 2);
  it('holds', () => proveSurfaces(onPostgres(server), runs, { only }), SLOWER * runs.timeoutMs);
});
