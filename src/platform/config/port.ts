import type { Config } from './load.ts';
import type { providerSettings } from './provider-settings.ts';

/**
 * What providers of messages are configured by: all settings of `provider-settings.ts`, and two of the whole process.
 */
export type ProviderConfig = Pick<Config, keyof typeof providerSettings | 'publicUrl' | 'providerConcurrency'>;

export { ConfigError } from './load.ts';
export type { ProviderName } from './provider-settings.ts';
