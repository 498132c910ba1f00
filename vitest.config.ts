import { defineConfig } from 'vitest/config';
import { closingLineReporter } from './tools/closing-line.mjs';

const conditions = ['@socialkit/source', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'examples/*/src/**/*.test.ts',
      'bench/src/**/*.test.ts',
      'evaluate/src/**/*.test.ts',
      'tools/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    globalSetup: ['tests/services/src/global-setup.ts'],
    setupFiles: ['tests/services/src/patience.ts'],
    reporters: ['default', closingLineReporter()],
    // The embedded database takes half a gigabyte a worker.
    maxWorkers: 2,
    expect: { poll: { timeout: 30_000 } },
    // What a machine shared by others may need; a test that hangs is found all the same.
    // On a build machine a test may be run again once; it is named as flaky at the end, and is to be mended.
    retry: process.env.CI ? 1 : 0,
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
