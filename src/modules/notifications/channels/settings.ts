import { createLinks } from '#kernel/links.ts';
import type { ProviderConfig } from '#platform/config/port.ts';
import type { ProviderServices } from '../needs.ts';
import type { ChannelProvider } from './failover.ts';

/**
 * Every provider file exports one: builds its provider from the settings. `loadConfig` has refused incomplete settings.
 */
export type FromConfig = (config: ProviderConfig, services: ProviderServices, now: () => Date) => ChannelProvider;

/** A setting that `loadConfig` demands for the provider. */
export function required<T>(value: T | null, name: string): T {
  if (value === null) throw new Error(`${name} is not set`);
  return value;
}

/** Where a provider reports the delivery of its messages. */
export function statusUrlOf({ publicUrl }: ProviderConfig, provider: string): string {
  return createLinks(publicUrl).absolute(`/api/v1/notifications/status/${provider}`);
}
