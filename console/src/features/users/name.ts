import type { State } from '#app/ui/badge.tsx';
import type { User } from '#client';

export const LOOKS: Readonly<Record<User['status'], State>> = { pending: 'info', active: 'ok', locked: 'warn', disabled: 'bad' }; // prettier-ignore

export function nameOf({ firstName, lastName }: Pick<User, 'firstName' | 'lastName'>): string {
  return `${firstName} ${lastName}`;
}
