import { toCursor, toText } from '#app/app/search.ts';

export const tabs = ['overview', 'members', 'invitations'] as const;
export type OrganisationTab = (typeof tabs)[number];

/** What the address of the list says. Left out: all for operators, those of the person for others, the first page, no drawer. */
export interface OrganisationsSearch {
  readonly scope?: 'own' | undefined;
  readonly cursor?: string | undefined;
  /** An id, or `new`. */
  readonly open?: string | undefined;
  readonly tab?: OrganisationTab | undefined;
}

export function toOrganisationsSearch(found: Readonly<Record<string, unknown>>): OrganisationsSearch {
  const tab = tabs.find((one) => one === found['tab']);
  return {
    ...toText(found, 'open'),
    ...toCursor(found),
    ...(found['scope'] === 'own' && { scope: 'own' as const }),
    ...(tab && { tab }),
  };
}
