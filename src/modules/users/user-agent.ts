import Bowser from 'bowser';
import type { Actor } from '#kernel/access.ts';
import type { Occurrence, OccurrenceDevice } from '#modules/notifications/contract.ts';

const BROWSERS: ReadonlySet<string> = new Set(Object.values(Bowser.BROWSER_MAP));
const SYSTEMS: ReadonlySet<string> = new Set(Object.values(Bowser.OS_MAP));
const PRODUCT = /^[a-z][\w-]{0,29}(?=[/ ]|$)/i; // as `curl` in curl/8.5.0

/** `Firefox on Windows` for a browser, the product name for any other program, else `unknown device`. */
export function toDevice(userAgent: string | null): string {
  const { program, system } = parseUserAgent(userAgent);
  if (program === null) return 'unknown device';
  return system === null ? program : `${program} on ${system}`;
}

/** For the message about what a person did themselves, or somebody in their name: the request that did it. */
export function occurrenceOf({ actor: { origin } }: { readonly actor: Actor }, at: Date): Occurrence {
  const { ip, userAgent } = origin;
  return { at: at.toISOString(), ip, device: ip === null && userAgent === null ? null : parseUserAgent(userAgent) };
}

/** For the message about what an administrator did: their address and device are not the reader's business. */
export function occurrenceAt(at: Date): Occurrence {
  return { at: at.toISOString(), ip: null, device: null };
}

/** Strangers write this header, and we mail what it says: it names a known browser, or one short word without a link. */
function parseUserAgent(userAgent: string | null): OccurrenceDevice {
  if (!userAgent) return { program: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && BROWSERS.has(browser.name) && os.name && SYSTEMS.has(os.name))
    return { program: browser.name, system: os.name };
  return { program: PRODUCT.exec(userAgent)?.[0] ?? null, system: null };
}
