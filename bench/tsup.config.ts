import { defineConfig } from 'tsup';

export default defineConfig({
  entry: {
    main: 'src/main.ts',
    'embedded.program': 'src/feed/embedded.program.ts',
    'bare.program': 'src/realtime/bare.program.ts',
    'chat.program': 'src/realtime/chat.program.ts',
    'floor.program': 'src/realtime/floor.program.ts',
    'ours.program': 'src/realtime/ours.program.ts',
    'presence.program': 'src/realtime/presence.program.ts',
    'socketio.program': 'src/realtime/socketio.program.ts',
    'storm.program': 'src/realtime/storm.program.ts',
    'swarm.program': 'src/realtime/swarm.program.ts',
  },
  // Only to be measured, and CommonJS with requires that cannot be bundled.
  external: ['socket.io', '@socket.io/redis-adapter'],
  format: 'esm',
  target: 'node20',
  outDir: 'dist',
  sourcemap: true,
  dts: false,
  clean: false,
});
