/** What a file is by its first bytes. */
export interface SniffedMedia {
  readonly kind: 'image' | 'video';
  readonly mediaType: string;
}

const image = (mediaType: string): SniffedMedia => ({ kind: 'image', mediaType });
const video = (mediaType: string): SniffedMedia => ({ kind: 'video', mediaType });

/** ISO base media brands that are pictures. */
const PICTURE_BRANDS: ReadonlyMap<string, string> = new Map([
  ['avif', 'image/avif'],
  ['avis', 'image/avif'],
  ['heic', 'image/heic'],
  ['heix', 'image/heic'],
  ['mif1', 'image/heif'],
  ['msf1', 'image/heif'],
]);

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));
const starts = (bytes: Uint8Array, ...values: readonly number[]): boolean =>
  bytes.length >= values.length && values.every((value, at) => bytes[at] === value);

/**
 * The kind of a file by its content; names and declared types are not asked. Null for what is neither a known picture nor a
 * known video: SVG and other documents that run or load things are among them.
 */
export function sniffMedia(bytes: Uint8Array): SniffedMedia | null {
  if (starts(bytes, 0xff, 0xd8, 0xff)) return image('image/jpeg');
  if (starts(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return image('image/png');
  const head = ascii(bytes, 0, 6);
  if (head === 'GIF87a' || head === 'GIF89a') return image('image/gif');
  if (head.startsWith('RIFF')) {
    const form = ascii(bytes, 8, 4);
    if (form === 'WEBP') return image('image/webp');
    if (form === 'AVI ') return video('video/x-msvideo');
    return null;
  }
  if (starts(bytes, 0x49, 0x49, 0x2a, 0) || starts(bytes, 0x4d, 0x4d, 0, 0x2a)) return image('image/tiff');
  if (starts(bytes, 0x1a, 0x45, 0xdf, 0xa3)) {
    return ascii(bytes, 0, 64).includes('webm') ? video('video/webm') : video('video/x-matroska');
  }
  if (ascii(bytes, 4, 4) === 'ftyp') {
    const brand = ascii(bytes, 8, 4);
    const picture = PICTURE_BRANDS.get(brand);
    if (picture) return image(picture);
    return brand === 'qt  ' ? video('video/quicktime') : video('video/mp4');
  }
  if (head.startsWith('OggS')) return video('video/ogg');
  return null;
}
