import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Keys, RowKey, SealedColumn } from './port.ts';
import { openBound, openUnder, sealUnder, type Place } from './sealing.ts';

/** For the preparation of the database, and for re-encryption. */
export interface KeysOfSecret {
  /** The key with that name (`mac:…` or `seal:…`) as derived from the current secret. */
  derive(name: string): Buffer;
  /** From now on this key is used for the name, instead of a derived one. */
  loadKey(name: string, key: Buffer): void;
  /**
   * The same content, sealed under the current secret and bound to its place; null if it already is.
   * @throws when it can be opened under neither secret
   */
  reEncrypt(column: SealedColumn, row: RowKey, sealed: Buffer): Buffer | null;
  /** Whether `seal` made it for this place: earlier versions did not bind their values. */
  isBound(column: SealedColumn, row: RowKey, sealed: Buffer): boolean;
  /** From now on values of earlier versions, which were not bound to their place, are refused. */
  refuseUnbound(): void;
}

/**
 * `secret` is the application secret, at least 32 random bytes in any encoding. `previous` is the secret before a
 * change: what was sealed or signed under it can still be opened and verified.
 */
export function createKeys(secret: string, previous: string | null = null): Keys & KeysOfSecret {
  const current = derivation(secret);
  const accepted = previous === null ? [current] : [current, derivation(previous)];
  const loaded = new Map<string, Buffer>();
  let refusesUnbound = false;

  const currentKey = (name: string) => loaded.get(name) ?? current(name);
  const acceptedKeys = (name: string) => {
    const own = loaded.get(name);
    return own ? [own] : accepted.map((derive) => derive(name));
  };
  const macs = (purpose: string, data: string | Buffer) => acceptedKeys(`mac:${purpose}`).map((key) => mac(key, data));
  const seal = (place: Place, clear: string | Buffer) => sealUnder(currentKey(nameOf(place)), place, clear);

  function open(place: Place, sealed: Buffer): Buffer {
    const acceptsUnbound = place.column.acceptsUnbound ?? !refusesUnbound;
    return openUnder({ keys: acceptedKeys(nameOf(place)), acceptsUnbound }, place, sealed);
  }

  return {
    mac: (purpose, data) => mac(currentKey(`mac:${purpose}`), data),
    macs,
    isMac: (purpose, data, given) =>
      macs(purpose, data).reduce(
        (is, right) => (right.length === given.length && timingSafeEqual(right, given)) || is,
        false,
      ),
    seal: (column, row, clear) => seal({ column, row }, clear),
    open: (column, row, sealed) => open({ column, row }, sealed),
    derive: current,
    loadKey: (name, key) => void loaded.set(name, key),
    reEncrypt(column, row, sealed) {
      const place = { column, row };
      if (openBound([currentKey(nameOf(place))], place, sealed)) return null;
      return seal(place, open(place, sealed));
    },
    isBound(column, row, sealed) {
      const place = { column, row };
      return openBound(acceptedKeys(nameOf(place)), place, sealed) !== null;
    },
    refuseUnbound: () => void (refusesUnbound = true),
  };
}

function nameOf({ column }: Place): string {
  return `seal:${column.purpose}`;
}

function derivation(secret: string): (name: string) => Buffer {
  const known = new Map<string, Buffer>();
  return (name) => {
    const cached = known.get(name);
    if (cached) return cached;
    const key = Buffer.from(hkdfSync('sha256', secret, 'bonyan', name, 32));
    known.set(name, key);
    return key;
  };
}

function mac(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
