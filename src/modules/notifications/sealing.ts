import type { Keys } from '#platform/keys/port.ts';
import type { Stored } from './tables.ts';

export const SEALED_PURPOSE = 'notifications';
export const HASH_PURPOSE = 'notifications.recipient';

/** What a message says, in the forms that channels ask for. */
export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** The link to decline more of its kind; null where there is none. */
  readonly unsubscribeUrl?: string | null;
  /** The variables of a template, or none: for channels that carry data. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Seals what is personal for the database, and finds an address again without opening every one. */
export function createSealing(keys: Keys) {
  const open = (sealed: Buffer) => keys.open(SEALED_PURPOSE, sealed).toString();
  return {
    open,
    seal: (clear: string) => keys.seal(SEALED_PURPOSE, clear),
    sealContent: (content: Content) => keys.seal(SEALED_PURPOSE, JSON.stringify(content)),
    openContent: ({ contentSealed }: Pick<Stored, 'contentSealed'>) => JSON.parse(open(contentSealed)) as Content,
    /** The same for one address however its letters are written. */
    hash: (address: string) => keys.mac(HASH_PURPOSE, address.trim().toLowerCase()),
  };
}

export type Sealing = ReturnType<typeof createSealing>;

/** Enough to recognise one's own: `s***@example.com`, `***1234`; of addresses that are keys, only where they lead. */
export function mask(recipient: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(recipient)) return recipient.replace(/^(.).*(?=@)/u, '$1***');
  if (URL.canParse(recipient)) return `${new URL(recipient).host}/***`;
  return recipient.length < 6 || recipient.startsWith('{') ? '***' : `***${recipient.slice(-4)}`;
}
