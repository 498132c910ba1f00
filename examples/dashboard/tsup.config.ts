import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/main.ts'],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
