import { ConfigError, loadConfig } from '#platform/config/load.ts';

/** The mistakes for which these settings are refused; empty where they are accepted. */
export function mistakes(environment: Record<string, string>, file: Record<string, string> = {}): readonly string[] {
  try {
    loadConfig(environment, file);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
