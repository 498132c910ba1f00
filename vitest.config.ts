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
      'tools/**/*.test.ts',
      'tests/**/*.test.ts',
    ],
    globalSetup: ['tests/services/src/global-setup.ts'],
    reporters: ['default', closingLineReporter()],
    // The embedded database takes half a gigabyte a worker.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
