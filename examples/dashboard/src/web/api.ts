import type { Dashboard } from '@socialkit/core';

/** Who looks: the token stands behind the `#`, which browsers send to nobody. */
const token = (): string => new URLSearchParams(location.hash.slice(1)).get('token') ?? '';

/** @throws Error with what the server said */
export async function fetchDashboard(zone: string, days: number): Promise<Dashboard> {
  const query = new URLSearchParams({ zone, days: String(days) });
  const response = await fetch(`/v1/analytics/dashboard?${query}`, {
    headers: { authorization: `Bearer ${token()}` },
  });
  const body = (await response.json()) as Dashboard & { detail?: string };
  if (!response.ok) throw new Error(body.detail ?? `the server answered ${response.status}`);
  return body;
}

/** The numbers as a file, saved by the browser. */
export async function downloadExport(zone: string, days: number, format: 'csv' | 'json'): Promise<void> {
  const query = new URLSearchParams({ zone, days: String(days), format });
  const response = await fetch(`/v1/analytics/export?${query}`, {
    headers: { authorization: `Bearer ${token()}` },
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  const { fileName, mediaType, body } = (await response.json()) as {
    fileName: string;
    mediaType: string;
    body: string;
  };
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([body], { type: mediaType }));
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
