import Bowser from 'bowser';

const MAX_LENGTH = 80;

/** `Firefox on Windows` for a browser, the product name for any other program, else `unknown device`. */
export function toDevice(userAgent: string | null): string {
  if (!userAgent) return 'unknown device';
  const { browser, os } = Bowser.parse(userAgent);
  if (browser.name && os.name) return `${browser.name} on ${os.name}`.slice(0, MAX_LENGTH);
  return /^[\w.-]+/.exec(userAgent)?.[0].slice(0, MAX_LENGTH) ?? 'unknown device';
}
