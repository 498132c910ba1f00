import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/memory/index.ts',
    'src/postgres/index.ts',
    'src/pglite/index.ts',
    'src/redis/index.ts',
    'src/http/index.ts',
    'src/ws/index.ts',
    'src/jose/index.ts',
    'src/bullmq/index.ts',
    'src/obscenity/index.ts',
    'src/sharp/index.ts',
    'src/ffmpeg/index.ts',
    'src/providers/index.ts',
    'src/algorithms/index.ts',
    'src/otel/index.ts',
    'src/cli/main.ts',
    'src/testing.ts',
  ],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
