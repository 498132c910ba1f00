import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { platform } from 'node:os';

/** Watches over a server's temporary folder while this process lives, and cleans up after its death. */
export interface FolderGuard {
  /** The process to end with this one; null when there is none. */
  watch(pid: number | null): void;
  /** Nothing is left to clean up. */
  standDown(): void;
}

// `read` fails at end of file, which the kernel reports however this process dies, SIGKILL included.
const SCRIPT = `
pid=
while read -r word value; do
  case $word in
    pid) pid=$value ;;
    end) exit 0 ;;
  esac
done
if [ -n "$pid" ]; then
  kill -s INT "$pid" 2>/dev/null
  i=0
  while kill -0 "$pid" 2>/dev/null && [ $i -lt 30 ]; do sleep 0.1; i=$((i+1)); done
  kill -s KILL "$pid" 2>/dev/null
fi
rm -rf "$1" 2>/dev/null || { sleep 1; rm -rf "$1"; }
`;

/**
 * Starts a small shell beside this process, in a session of its own: when this process ends without
 * `standDown`, however it ends, the shell ends the watched process and deletes the folder.
 *
 * @throws Error where there is no POSIX shell (Windows)
 */
export const guardFolder = (folder: string): FolderGuard => {
  if (platform() === 'win32') throw new Error('private servers need a POSIX system');
  const shell = spawn('sh', ['-c', SCRIPT, 'socialkit-watchdog', folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  (shell.stdin as unknown as Socket).unref();
  return {
    watch: (pid) => void shell.stdin.write(`pid ${pid ?? ''}\n`),
    standDown: () => void shell.stdin.end('end\n'),
  };
};
