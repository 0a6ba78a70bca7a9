/** What the address of the page says: whether the metrics are open. */
export interface SettingsSearch {
  readonly open?: 'metrics' | undefined;
}

export function toSettingsSearch(found: Readonly<Record<string, unknown>>): SettingsSearch {
  return found['open'] === 'metrics' ? { open: 'metrics' } : {};
}
