import { createBranding } from '#platform/branding/branding.ts';
import { loadConfig } from '#platform/config/load.ts';
import type { Occurrence } from '#modules/notifications/contract.ts';

/** How an installation with these settings presents itself; without any: as Bonyan, in UTC. */
export function brandingOf(environment: Record<string, string> = {}) {
  return createBranding(loadConfig(environment));
}

/** For a security message of which only the delivery matters. */
export const sometime: Occurrence = { at: '2026-11-23T08:00:00.000Z', ip: null, device: null };
