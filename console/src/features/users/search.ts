import { toCursor, toText } from '#app/app/search.ts';

export const statuses = ['pending', 'active', 'locked', 'disabled'] as const;
export const tabs = ['profile', 'access', 'roles', 'audit', 'files', 'messages', 'fields'] as const;
export type UserTab = (typeof tabs)[number];

/** What the address of the list says. Left out: all accounts, newest first, the first page, no drawer; its first tab. */
export interface UsersSearch {
  readonly search?: string | undefined;
  readonly status?: (typeof statuses)[number] | undefined;
  readonly cursor?: string | undefined;
  /** An id, or `new` for an invitation. */
  readonly open?: string | undefined;
  readonly tab?: UserTab | undefined;
}

export function toUsersSearch(found: Readonly<Record<string, unknown>>): UsersSearch {
  const status = statuses.find((one) => one === found['status']);
  const tab = tabs.find((one) => one === found['tab']);
  return { ...toText(found, 'search', 'open'), ...toCursor(found), ...(status && { status }), ...(tab && { tab }) };
}
