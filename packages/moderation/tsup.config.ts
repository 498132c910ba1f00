import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/training.ts', 'src/testing.ts'],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
