export { createSharpPixels, type SharpPixelsOptions } from './pixel-source.js';
