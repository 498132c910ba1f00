import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/state.ts', 'src/testing.ts'],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
