import { toCursor, toText } from '#app/app/search.ts';
import { oneOf } from '../kinds.ts';

export const states = ['active', 'done', 'cancelled'] as const;

/** What the address of the list says. Left out: every schedule, newest first, the first page, no drawer. */
export interface SchedulesSearch {
  readonly status?: (typeof states)[number] | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toSchedulesSearch(found: Readonly<Record<string, unknown>>): SchedulesSearch {
  const status = oneOf(states, found['status']);
  return { ...toText(found, 'open'), ...toCursor(found), ...(status && { status }) };
}
