// Loaded with `node --import`: lets a plain Node process run the TypeScript sources of the workspace.
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);

// A program of the tests never outlives the process that started it.
if (process.channel) {
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
