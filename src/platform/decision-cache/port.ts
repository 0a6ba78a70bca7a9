/**
 * A cache for access decisions (sessions, permissions) that never gives a stale answer. Each node caches the values. A
 * change invalidates them in its own unit, and that unit answers only when no node can still decide by the old state.
 * So after "revoke" has answered, the next request is refused on every node.
 */
export interface DecisionCache {
  /**
   * `topic` is unique in the program. `load` reads the value from the database; null (no such value) is never cached.
   */
  forTopic<V extends object>(topic: string, load: (key: string) => Promise<V | null>): CachedTopic<V>;
}

export interface CachedTopic<V> {
  /** Synchronously while the value is cached and the lease holds, else from the database. The value is read-only. */
  get(key: string): V | Promise<V | null>;
}

export interface Invalidation {
  readonly topic: string;
  /** `*` invalidates the whole topic. */
  readonly key: string;
}
