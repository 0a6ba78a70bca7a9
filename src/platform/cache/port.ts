/** What has been counted since the window began, and how long it goes on: more than 0 ms. */
export interface Window {
  readonly count: number;
  readonly resetMs: number;
}

/**
 * Values that may be lost at any time, shared by the nodes where the implementation allows it. Nothing
 * that must be true lives here: decisions have `freshness`, facts have the database.
 */
export interface Cache {
  /** Null when there is none, it has expired, or the store is away. */
  get(key: string): Promise<string | null>;
  /** Nothing is stored while the store is away: an older value may then be read again until it expires. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Rejects when the value may still be there, as the store is away. */
  delete(key: string): Promise<void>;
  /**
   * Counts one more in the fixed window that began with the first count of `key`, and counts on while the store is
   * away. At once where it can.
   */
  increment(key: string, windowMs: number): Window | Promise<Window>;
}

/** One that has to be asked over the network. */
export interface SharedCache extends Cache {
  increment(key: string, windowMs: number): Promise<Window>;
}
