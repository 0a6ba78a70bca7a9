import { toCursor, toText } from '#app/app/search.ts';

export const sights = ['public', 'private'] as const;
/** The least of each step of the report's distribution, in percent. */
export const fillings = ['0', '21', '41', '61', '81'] as const;

/** The most of a step that begins there. */
export function endOf(least: number): number {
  return Math.ceil((least + 1) / 20) * 20;
}
export const orders = ['updatedAt', 'completeness'] as const;

/** What the address of the list says. Left out: every profile, newest first, the first page, no drawer. */
export interface ProfilesSearch {
  readonly search?: string | undefined;
  readonly sight?: (typeof sights)[number] | undefined;
  /** The least of a step. */
  readonly filled?: (typeof fillings)[number] | undefined;
  readonly sort?: (typeof orders)[number] | undefined;
  readonly cursor?: string | undefined;
  /** The id of a profile. */
  readonly open?: string | undefined;
}

export function toProfilesSearch(found: Readonly<Record<string, unknown>>): ProfilesSearch {
  const sight = sights.find((one) => one === found['sight']);
  const filled = fillings.find((one) => one === found['filled']);
  const sort = orders.find((one) => one === found['sort']);
  return {
    ...toText(found, 'search', 'open'),
    ...toCursor(found),
    ...(sight && { sight }),
    ...(filled && { filled }),
    ...(sort && { sort }),
  };
}
