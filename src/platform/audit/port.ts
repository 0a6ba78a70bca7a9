/**
 * The platform's part of the audit trail. Every unit of work stores the entries that it records in the schema `audit`,
 * in its own transaction. The audit module owns everything that happens to them afterwards: it chains, verifies,
 * searches, archives and erases them.
 */
import type { Transaction } from 'kysely';
import type { RowKey, SealedColumn } from '#platform/keys/port.ts';

/** One audit entry, as a unit records it with its own actor as the author. */
export interface AuditRecord {
  /** `module.thing_happened`, past tense. */
  readonly action: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** Default: success. */
  readonly outcome?: 'success' | 'failure' | 'denied';
  /**
   * The person whose personal data the payload is: it is encrypted under their key, and deleted when they are erased.
   * Empty for no person. Default: the user that the resource is, else no person.
   */
  readonly subjectId?: string;
  /**
   * Before and after, or details. JSON, without secrets: a field whose name says that it holds a secret is removed.
   * Encrypted before it is stored.
   */
  readonly payload?: Record<string, unknown>;
}

/** The tables that units write to. The audit module reads all of them, and deletes from them. */
export type AuditRecordTables = {
  'audit.entry': {
    id: string;
    timestampUtc: string;
    actorType: string;
    actorId: string;
    /** Who acted as the actor, for support; null where nobody did. */
    impersonatorId: string | null;
    /** Empty when the payload concerns no person; null in entries older than the column. */
    subjectId: string | null;
    action: string;
    resourceType: string;
    resourceId: string;
    outcome: 'success' | 'failure' | 'denied';
    requestId: string;
    traceId: string | null;
    payloadHash: Buffer;
  };
  /** Absent once the person whom the payload is about has been erased. */
  'audit.payload': { entryId: string; salt: Buffer | null; sealed: Buffer; origin: Buffer | null };
  /** Entries that wait to be chained. */
  'audit.unsealed': { entryId: string; at: string };
};

/** The purpose of the key that encrypts payloads which concern no person. */
export const AUDIT_PURPOSE = 'audit';

/**
 * What an entry tells, for the person it is about, and the address and agent, for the author. Earlier versions did not
 * bind them to their place, and they are never encrypted again; but their texts begin with the id of the entry.
 */
export const sealedPayloads: SealedColumn = {
  table: 'audit.payload',
  key: { entry_id: 'uuid' },
  column: 'sealed',
  purpose: AUDIT_PURPOSE,
  acceptsUnbound: true,
};
export const sealedOrigins: SealedColumn = { ...sealedPayloads, column: 'origin' };

/** Every encrypted part of a payload begins with the id of its entry, which has this many characters. */
export const AUDIT_ID_LENGTH = 36;

/**
 * One encryption key for each person, itself encrypted under the application secret, and destroyed when the person is
 * erased: nothing that was encrypted under it can be read any more, and nothing is encrypted for them again. Units of
 * work create keys at first use.
 */
export interface PersonKeys {
  /** Decrypts what was encrypted for these people. A key that was changed counts as none. */
  opener(people: readonly string[]): Promise<PersonSealing>;
  /** Those of the people whose key is destroyed. */
  findDestroyed(people: readonly string[]): Promise<string[]>;
  /**
   * In the caller's transaction. Other nodes may keep the key in memory for five more minutes, but find nothing left
   * to decrypt.
   */
  destroy(tx: Transaction<never>, person: string): Promise<void>;
}

/** Encrypts and decrypts for people. An empty person means no person: the application's key for the purpose is used. */
export interface PersonSealing {
  /** Null for a person who is erased. */
  seal(column: SealedColumn, row: RowKey, person: string, clear: string): Buffer | null;
  /** Null for a person who is erased, or has no key. Throws when the bytes were changed, or come from another place. */
  open(column: SealedColumn, row: RowKey, person: string, sealed: Buffer): Buffer | null;
}
