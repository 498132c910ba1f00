/** The text of an answer; null, with the rest left unread, when it is larger than `maxBytes`. Rejects when the line breaks. */
export async function readAnswer(response: Response, maxBytes: number): Promise<string | null> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) return Buffer.concat(parts).toString('utf8');
    size += part.value.length;
    if (size > maxBytes) {
      await reader?.cancel().catch(() => {});
      return null;
    }
    parts.push(part.value);
  }
}
