import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Bytes a page may load for the client, compressed. */
const LIMIT = 12 * 1024;

describe('the main entry', () => {
  it('runs in a browser and weighs little', async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [fileURLToPath(new URL('./index.ts', import.meta.url))],
      bundle: true,
      minify: true,
      write: false,
      metafile: true,
      format: 'esm',
      // Fails for every module of node.
      platform: 'browser',
      conditions: ['@socialkit/source'],
    });
    expect(Object.keys(metafile.inputs).filter((path) => /\bzod\b/.test(path))).toEqual([]);
    expect(gzipSync(outputFiles[0]!.contents).byteLength).toBeLessThan(LIMIT);
  });
});
