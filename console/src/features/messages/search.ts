import { toCursor, toText } from '#app/app/search.ts';

export const boxes = ['inbox', 'outbox', 'work'] as const;
export type Box = (typeof boxes)[number];

/** By when a message was parked: within so many seconds, or before. */
export const ages = {
  'within-15m': { newerThanSeconds: 900 },
  'within-1h': { newerThanSeconds: 3600 },
  'within-24h': { newerThanSeconds: 86_400 },
  'before-1h': { olderThanSeconds: 3600 },
  'before-24h': { olderThanSeconds: 86_400 },
  'before-7d': { olderThanSeconds: 604_800 },
} as const;
export type Age = keyof typeof ages;
export const ageNames = Object.keys(ages) as readonly Age[];

/** What the address says. Left out: dead messages of the inbox, all of them. `replay` is the one whose progress is shown. */
export interface MessagesSearch {
  readonly box?: Box | undefined;
  readonly state?: 'retrying' | undefined;
  readonly type?: string | undefined;
  readonly consumer?: string | undefined;
  readonly error?: string | undefined;
  readonly age?: Age | undefined;
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
  readonly replay?: string | undefined;
}

export function toMessagesSearch(found: Readonly<Record<string, unknown>>): MessagesSearch {
  const box = boxes.find((one) => one === found['box']);
  const age = ageNames.find((one) => one === found['age']);
  return {
    ...toText(found, 'type', 'consumer', 'error', 'open', 'replay'),
    ...toCursor(found),
    ...(box && box !== 'inbox' && { box }),
    ...(age && { age }),
    ...(found['state'] === 'retrying' && { state: 'retrying' as const }),
  };
}

export interface ReplaysSearch {
  readonly cursor?: string | undefined;
  readonly open?: string | undefined;
}

export function toReplaysSearch(found: Readonly<Record<string, unknown>>): ReplaysSearch {
  return { ...toText(found, 'open'), ...toCursor(found) };
}
