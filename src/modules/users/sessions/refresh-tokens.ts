import type { Keys } from '#platform/keys/port.ts';
import type { SessionRow } from '../tables.ts';

const PURPOSE = 'users.refresh';
const PREFIX = 'bnr_';
const ID_BYTES = 16;
const COUNTER_BYTES = 4;
const MAC_BYTES = 32;

export interface PresentedToken {
  readonly sessionId: string;
  readonly counter: number;
  readonly mac: Buffer;
}

/** Refresh tokens are computed, not stored: session id, counter, and an HMAC under key and session secret. */
export function createRefreshTokens(keys: Keys) {
  return {
    /** The token for the current counter of the session. */
    toToken({ id, secret, counter }: Pick<SessionRow, 'id' | 'secret' | 'counter'>): string {
      return (
        PREFIX +
        Buffer.concat([head(id, counter), keys.mac(PURPOSE, signed(secret, id, counter))]).toString('base64url')
      );
    },
    isGenuine({ sessionId, counter, mac }: PresentedToken, { secret }: Pick<SessionRow, 'secret'>): boolean {
      return keys.isMac(PURPOSE, signed(secret, sessionId, counter), mac);
    },
  };
}

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;

/** Null for a text that does not have the form of a refresh token. */
export function parseRefreshToken(token: string): PresentedToken | null {
  if (!token.startsWith(PREFIX)) return null;
  const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
  if (bytes.length !== ID_BYTES + COUNTER_BYTES + MAC_BYTES) return null;
  const hex = bytes.toString('hex', 0, ID_BYTES);
  const sessionId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { sessionId, counter: bytes.readUInt32BE(ID_BYTES), mac: bytes.subarray(ID_BYTES + COUNTER_BYTES) };
}

function signed(secret: Buffer, sessionId: string, counter: number): Buffer {
  return Buffer.concat([secret, head(sessionId, counter)]);
}

function head(sessionId: string, counter: number): Buffer {
  const bytes = Buffer.alloc(ID_BYTES + COUNTER_BYTES);
  bytes.write(sessionId.replaceAll('-', ''), 'hex');
  bytes.writeUInt32BE(counter, ID_BYTES);
  return bytes;
}
