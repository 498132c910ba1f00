/** One text for a namespace and a key; different pairs never give the same. */
export const cacheKey = (namespace: string, key: string): string => `${encodeURIComponent(namespace)}:${key}`;
