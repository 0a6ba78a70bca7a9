import type { Sealing } from '#platform/keys/port.ts';
import { AUDIT_ID_LENGTH, AUDIT_PURPOSE } from '#platform/database/port.ts';
import type { PayloadState } from '#verifier/chain.ts';
import { toCommitment, toCommitmentOf } from '#verifier/entry.ts';

/** What a payload is sealed with and committed to by. */
export interface PayloadRow {
  readonly id: string;
  readonly actorType: string;
  readonly actorId: string;
  readonly subjectId: string | null;
  readonly payloadHash: Buffer;
  readonly salt: Buffer | null;
  readonly sealed: Buffer | null;
  readonly origin: Buffer | null;
}

/** `payload` is JCS text; null where it is gone or cannot be opened. */
export interface Opened {
  readonly state: PayloadState;
  readonly payload: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
}

type From = Pick<Opened, 'ip' | 'userAgent'>;
const NOWHERE: From = { ip: null, userAgent: null };
const GONE: Opened = { state: 'missing', payload: null, ...NOWHERE };
const CHANGED: Opened = { state: 'changed', payload: null, ...NOWHERE };

/** Whose keys open the rows. */
export function peopleOf(rows: readonly PayloadRow[]): string[] {
  return rows.flatMap((row) => [subjectOf(row), actorOf(row)]);
}

/** Opens a payload and holds it against the entry's commitment. */
export function openPayload(row: PayloadRow, sealing: Sealing): Opened {
  if (!row.sealed) return GONE;
  try {
    const clear = sealing.open(AUDIT_PURPOSE, subjectOf(row), row.sealed)?.toString();
    if (clear === undefined) return GONE;
    if (row.subjectId === null) return openWhole(row, clear);
    if (!clear.startsWith(row.id)) return CHANGED;
    return openParts(row, clear.slice(AUDIT_ID_LENGTH), sealing);
  } catch {
    return CHANGED; // neither a wrong key nor wrong bytes open
  }
}

function openParts({ id, salt, origin, payloadHash, ...row }: PayloadRow, payload: string, sealing: Sealing): Opened {
  const clear = origin && sealing.open(AUDIT_PURPOSE, actorOf(row), origin)?.toString();
  if (!salt || !clear) return { state: 'unsalted', payload, ...NOWHERE };
  if (!clear.startsWith(id)) return CHANGED;
  const { ip, userAgent } = JSON.parse(clear.slice(AUDIT_ID_LENGTH)) as From;
  const state = toCommitmentOf(salt, payload, ip, userAgent).equals(payloadHash) ? 'intact' : 'changed';
  return { state, payload, ip, userAgent };
}

/** As entries were sealed before their payloads belonged to people. */
function openWhole({ salt, payloadHash }: PayloadRow, clear: string): Opened {
  const { payload, ip, userAgent } = JSON.parse(clear) as From & { payload: unknown };
  const isIntact = salt !== null && toCommitment(salt, { payload, ip, userAgent }).equals(payloadHash);
  return { state: isIntact ? 'intact' : 'changed', payload: JSON.stringify(payload), ip, userAgent };
}

/** Under whose key a payload is sealed; empty for the application's. */
export function subjectOf({ subjectId }: Pick<PayloadRow, 'subjectId'>): string {
  return subjectId ?? '';
}

/** Under whose key address and agent are sealed; empty for the application's. */
export function actorOf({ actorType, actorId }: Pick<PayloadRow, 'actorType' | 'actorId'>): string {
  return actorType === 'user' || actorType === 'apiKey' ? actorId : '';
}
