import type { Keys } from '#platform/keys/port.ts';
import type { StoredMessage } from './tables.ts';

export const SEALED_PURPOSE = 'notifications';
export const HASH_PURPOSE = 'notifications.recipient';
export const UNSUBSCRIBE_PURPOSE = 'notifications.unsubscribe';

/** The content of a message, in the forms that channels need. */
export interface MessageContent {
  readonly subject: string;
  readonly text: string;
  readonly html: string | null;
  /** The link to unsubscribe from such messages; null where there is none. */
  readonly unsubscribeUrl?: string | null;
  /** The variables of a template, or none: for channels that carry data. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** Seals personal data for the database, and hashes addresses so that one can be found without opening all. */
export function createSealing(keys: Keys) {
  const open = (sealed: Buffer) => keys.open(SEALED_PURPOSE, sealed).toString();
  return {
    open,
    seal: (clear: string) => keys.seal(SEALED_PURPOSE, clear),
    sealContent: (content: MessageContent) => keys.seal(SEALED_PURPOSE, JSON.stringify(content)),
    openContent: ({ contentSealed }: Pick<StoredMessage, 'contentSealed'>) =>
      JSON.parse(open(contentSealed)) as MessageContent,
    /** The same for upper and lower case. */
    hash: (address: string) => keys.mac(HASH_PURPOSE, address.trim().toLowerCase()),
  };
}

export type MessageSealing = ReturnType<typeof createSealing>;

/** Enough for the owner to recognise it: `s***@example.com`, `***1234`; of a secret URL only its host. */
export function mask(recipient: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(recipient)) return recipient.replace(/^(.).*(?=@)/u, '$1***');
  if (URL.canParse(recipient)) return `${new URL(recipient).host}/***`;
  return recipient.length < 6 || recipient.startsWith('{') ? '***' : `***${recipient.slice(-4)}`;
}
