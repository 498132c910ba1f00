/**
 * JPEG files that follow each other in one stream. Inside the data of a JPEG 0xff is always followed by 0 or a restart marker, so
 * the next end marker after a start ends its file; encoders of video frames write no embedded thumbnails.
 */
export function splitJpegs(stream: Uint8Array): readonly Uint8Array[] {
  const files: Uint8Array[] = [];
  let start = -1;
  for (let at = 0; at + 1 < stream.length; at += 1) {
    if (stream[at] !== 0xff) continue;
    if (start === -1 && stream[at + 1] === 0xd8) start = at;
    else if (start !== -1 && stream[at + 1] === 0xd9) {
      files.push(stream.slice(start, at + 2));
      start = -1;
      at += 1;
    }
  }
  return files;
}
