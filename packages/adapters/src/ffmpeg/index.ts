export { createFfmpegFrames, type FfmpegFramesOptions } from './frame-source.js';
