/** The count since the window began, and the time until it ends: more than 0 ms. */
export interface Window {
  readonly count: number;
  readonly resetMs: number;
}

/**
 * Values that may be lost at any time; shared by the nodes if the implementation can. It is not for values that must be
 * correct: access decisions are cached by `DecisionCache`, and facts are in the database.
 */
export interface Cache {
  /** Null when there is no value, it has expired, or the store cannot be reached. */
  get(key: string): Promise<string | null>;
  /** Stores nothing while the store cannot be reached: later an older value may then be read until it expires. */
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Rejects when the store cannot be reached, so that the value may still exist. */
  delete(key: string): Promise<void>;
  /**
   * Adds one to the fixed window that began with the first count of `key`; continues to count while the store cannot be
   * reached. Synchronous where possible.
   */
  increment(key: string, windowMs: number): Window | Promise<Window>;
}

/** A cache behind the network. */
export interface SharedCache extends Cache {
  increment(key: string, windowMs: number): Promise<Window>;
}
