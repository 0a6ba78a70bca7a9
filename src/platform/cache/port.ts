/**
 * Values that may be lost at any time, shared by the nodes where the implementation allows it. Nothing
 * that must be true lives here: decisions have `freshness`, facts have the database.
 */
export interface Cache {
  /** Null when there is none, or it has expired. */
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Counts one more in the fixed window that began with the first count of `key`. At once where it can. */
  increment(key: string, windowMs: number): Count | Promise<Count>;
}

export interface Count {
  readonly count: number;
  readonly resetMs: number;
}
