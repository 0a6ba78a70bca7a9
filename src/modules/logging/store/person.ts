import type { FoundEvent } from './queries.ts';
import { fromLevelNumber, type SignedEvent } from './rows.ts';

const NOBODY = { actorId: null, ip: null, userAgent: null, deviceInfo: null, sessionId: null };

/** Events name people by their ids in the message and the payload too, and search finds their parts. */
export function withoutPerson(row: FoundEvent, userId: string): SignedEvent {
  const [message, pattern, payloadText] = [row.message, row.pattern, row.payloadText].map((text) =>
    text.replaceAll(userId, '[erased]'),
  ) as [string, string, string];
  return { ...row, ...NOBODY, message, pattern, payloadText, level: fromLevelNumber(row.level) };
}
