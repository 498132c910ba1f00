import { execFile } from 'node:child_process';

/**
 * Runs a program and gives its exit code and output, whatever the code is.
 *
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    execFile(command, args, { maxBuffer: 256 * 1024 * 1024, ...options }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });

/** A program of the workspace's own node_modules, run with this Node. */
export const runTool = (root, name, args, options = {}) =>
  run(`${root}/node_modules/.bin/${name}`, args, { cwd: root, ...options });

/** pnpm: the one that runs this script, else fetched by npx in the version of the README commands. */
export const runPnpm = async (args, options) => {
  try {
    return await run('pnpm', args, options);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    return run('npx', ['-y', 'pnpm@12.21.0', ...args], options);
  }
};
