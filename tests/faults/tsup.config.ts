import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    main: 'src/main.ts',
    'node.program': 'src/chat/node.program.ts',
    'reviewer.program': 'src/review/reviewer.program.ts',
  },
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
