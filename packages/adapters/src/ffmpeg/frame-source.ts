import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSocialError, SocialError, unavailable } from '@socialkit/core';
import { type FrameSource, sniffMedia, type VideoFrame } from '@socialkit/moderation';
import { splitJpegs } from './jpegs.js';

export interface FfmpegFramesOptions {
  /** Path of the program. @default `ffmpeg` in PATH */
  readonly ffmpeg?: string;
  /** @default `ffprobe` in PATH */
  readonly ffprobe?: string;
  /** Bytes of a video. @default 268435456, 256 MiB */
  readonly maxBytes?: number;
  /** Length of a video in milliseconds. @default 7200000, two hours */
  readonly maxDurationMs?: number;
  /** Milliseconds one video may take in all. @default 30000 */
  readonly deadlineMs?: number;
  /** Videos looked at by this process at the same time; more are refused as busy. @default 2 */
  readonly concurrency?: number;
  /** Folder for the file while it is read. @default the system's */
  readonly folder?: string;
}

/** Longer side of a frame. */
const SIDE = 1024;
/** Pixels of one frame, as ffmpeg takes it. */
const MOST_PIXELS = '40000000';
/** Bytes of all frames of one video. */
const MOST_OUTPUT = 64 * 1024 * 1024;

const unreadable = (): SocialError =>
  new SocialError('unsupported_media', 'media.unreadable', 'the video cannot be read');

/**
 * Samples frames with the ffmpeg program. The video lies in a file of its own folder while it is read, so that formats which need
 * to seek work; ffmpeg may open nothing but that file, gets two threads and a deadline, and is killed when it passes it.
 */
export function createFfmpegFrames(options: FfmpegFramesOptions = {}): FrameSource {
  const {
    ffmpeg = 'ffmpeg',
    ffprobe = 'ffprobe',
    maxBytes = 256 * 1024 * 1024,
    maxDurationMs = 7_200_000,
    deadlineMs = 30_000,
    concurrency = 2,
    folder = tmpdir(),
  } = options;
  let busy = 0;

  async function sampleFile(path: string, most: number, until: number): Promise<readonly VideoFrame[]> {
    const closed = ['-v', 'error', '-protocol_whitelist', 'file'];
    const probe = await run(
      ffprobe,
      [
        ...closed,
        '-select_streams',
        'v:0',
        '-show_entries',
        'stream=codec_type:format=duration',
        '-of',
        'json',
        path,
      ],
      until,
      1024 * 1024,
    );
    const seconds = durationOf(probe);
    if (seconds * 1000 > maxDurationMs)
      throw new SocialError('too_large', 'media.too_large', 'the video is too long to be looked at');
    // From the middle of each part, so that neither a first nor a last black frame speaks for a whole part.
    const step = seconds / most;
    const output = await run(
      ffmpeg,
      [
        ...[
          ...closed,
          '-threads',
          '2',
          '-max_pixels',
          MOST_PIXELS,
          '-i',
          path,
          '-an',
          '-sn',
          '-dn',
          '-map',
          '0:v:0',
        ],
        ...[
          '-vf',
          `fps=1/${step.toFixed(6)}:round=up,scale='min(${SIDE},iw)':'min(${SIDE},ih)':force_original_aspect_ratio=decrease`,
        ],
        ...[
          '-frames:v',
          String(most),
          '-f',
          'image2pipe',
          '-c:v',
          'mjpeg',
          '-q:v',
          '3',
          '-pix_fmt',
          'yuvj420p',
          'pipe:1',
        ],
      ],
      until,
      MOST_OUTPUT,
    );
    const images = splitJpegs(output);
    if (images.length === 0) throw unreadable();
    return images.map((image, at) => ({ atMs: Math.round(at * step * 1000), image }));
  }

  return {
    async sample(bytes, { most }) {
      if (bytes.length > maxBytes)
        throw new SocialError(
          'too_large',
          'media.too_large',
          `a video of more than ${maxBytes} bytes is not read`,
        );
      if (sniffMedia(bytes)?.kind !== 'video') throw unreadable();
      if (busy >= concurrency)
        throw unavailable('media.busy', 'other videos are being looked at', { retryAfterMs: 2_000 });
      busy += 1;
      const until = Date.now() + deadlineMs;
      try {
        const own = await mkdtemp(join(folder, 'socialkit-video-'));
        try {
          const path = join(own, 'video');
          await writeFile(path, bytes, { mode: 0o600 });
          return await sampleFile(path, Math.max(1, most), until);
        } finally {
          await rm(own, { recursive: true, force: true });
        }
      } catch (error) {
        if (isSocialError(error)) throw error;
        throw unavailable('media.no_ffmpeg', 'ffmpeg cannot be run', { cause: error });
      } finally {
        busy -= 1;
      }
    },
  };
}

function durationOf(probe: Uint8Array): number {
  try {
    const { streams, format } = JSON.parse(Buffer.from(probe).toString('utf8')) as {
      streams?: readonly unknown[];
      format?: { duration?: string };
    };
    const seconds = Number(format?.duration);
    if (streams?.length && Number.isFinite(seconds) && seconds > 0) return seconds;
  } catch {
    // What ffprobe says of a damaged file need not be JSON.
  }
  throw unreadable();
}

/** The standard output of a program. It is killed at `until`, and when it says more than `mostBytes`. */
function run(
  program: string,
  args: readonly string[],
  until: number,
  mostBytes: number,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: process.env.PATH },
    });
    const parts: Buffer[] = [];
    let size = 0;
    let failure: SocialError | null = null;
    const stop = (error: SocialError) => {
      failure ??= error;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => stop(new SocialError('timeout', 'media.timeout', 'the video took too long')),
      Math.max(0, until - Date.now()),
    );
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > mostBytes) stop(new SocialError('too_large', 'media.too_large', 'the frames are too large'));
      else parts.push(part);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      if (failure) reject(failure);
      else if (code === 0) resolve(Buffer.concat(parts));
      else reject(unreadable());
    });
  });
}
