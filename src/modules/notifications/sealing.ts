import type { Keys } from '#platform/keys/port.ts';
import {
  HASH_PURPOSE,
  sealedAddresses,
  sealedContents,
  sealedPhones,
  sealedRecipients,
  sealedTargets,
} from './secrets.ts';
import type { RecipientRow, StoredMessage } from './tables.ts';

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

export type SubjectSource = Pick<StoredMessage, 'id' | 'category' | 'template' | 'contentSealed'>;

/**
 * Seals personal data for the database, each value for its row, and hashes addresses so that one can be found without
 * opening all.
 */
export function createSealing(keys: Keys) {
  const openContent = ({ id, contentSealed }: Pick<StoredMessage, 'id' | 'contentSealed'>) =>
    JSON.parse(keys.open(sealedContents, id, contentSealed).toString()) as MessageContent;
  return {
    sealEmail: (userId: string, email: string) => keys.seal(sealedAddresses, userId, email),
    openEmail: ({ userId, emailSealed }: Pick<RecipientRow, 'userId' | 'emailSealed'>) =>
      emailSealed && keys.open(sealedAddresses, userId, emailSealed).toString(),
    sealPhone: (userId: string, phone: string) => keys.seal(sealedPhones, userId, phone),
    openPhone: ({ userId, phoneSealed }: Pick<RecipientRow, 'userId' | 'phoneSealed'>) =>
      phoneSealed && keys.open(sealedPhones, userId, phoneSealed).toString(),
    /** `id` is the message's, here and below. */
    sealRecipient: (id: string, address: string) => keys.seal(sealedRecipients, id, address),
    openRecipient: ({ id, recipientSealed }: Pick<StoredMessage, 'id' | 'recipientSealed'>) =>
      keys.open(sealedRecipients, id, recipientSealed).toString(),
    sealContent: (id: string, content: MessageContent) => keys.seal(sealedContents, id, JSON.stringify(content)),
    openContent,
    /** For those who are not its recipient: the subject of a security message can hold a code, so that its template is shown. */
    openSubject: (row: SubjectSource): string =>
      row.category === 'security' && row.template !== null ? row.template : openContent(row).subject,
    sealTargets: (severity: string, targets: readonly unknown[]) =>
      keys.seal(sealedTargets, severity, JSON.stringify(targets)),
    /** As JSON. */
    openTargets: (severity: string, targetsSealed: Buffer) =>
      keys.open(sealedTargets, severity, targetsSealed).toString(),
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
