import { settings } from './settings.ts';

const YEAR_SECONDS = 31_536_000;

/** Keeps a choice in a cookie, which the server reads before it sends the page: nothing flashes. */
/** `list_users` and so on: the density and columns of a list. */
type Choice = 'language' | 'theme' | 'keys' | `list_${string}`;

export function keepChoice(name: Choice, value: string): void {
  document.cookie = `bonyan_console_${name}=${value}; path=${settings.prefix}/console; max-age=${YEAR_SECONDS}; samesite=strict`;
}

export function readChoice(name: Choice): string | null {
  const found = new RegExp(`(?:^|; )bonyan_console_${name}=([^;]*)`).exec(document.cookie);
  return found?.[1] ?? null;
}
