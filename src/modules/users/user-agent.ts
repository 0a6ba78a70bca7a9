import Bowser from 'bowser';
import type { Actor } from '#kernel/access.ts';
import type { Occurrence, OccurrenceDevice } from '#modules/notifications/contract.ts';

const MAX_LENGTH = 80;

/** `Firefox on Windows` for a browser, the product name for any other program, else `unknown device`. */
export function toDevice(userAgent: string | null): string {
  const { program, system } = parseUserAgent(userAgent);
  if (program === null) return 'unknown device';
  return (system === null ? program : `${program} on ${system}`).slice(0, MAX_LENGTH);
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

function parseUserAgent(userAgent: string | null): OccurrenceDevice {
  if (!userAgent) return { program: null, system: null };
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name) return { program: cut(browser.name), system: cut(os.name) };
  return { program: cut(/^[\w.-]+/.exec(userAgent)?.[0] ?? ''), system: null };
}

function cut(name: string): string | null {
  return name.slice(0, MAX_LENGTH) || null;
}
