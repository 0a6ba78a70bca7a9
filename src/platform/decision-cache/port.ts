/**
 * Decisions that are never stale. What decides about access (sessions, permissions) is remembered per
 * node; a change invalidates it in its own unit, and that unit's answer waits until no node can still
 * decide by the old state. So after "revoke" has answered, the next request anywhere is refused.
 */
export interface DecisionCache {
  /** `topic` is unique in the program. `load` reads the truth; null (there is none) is never remembered. */
  forTopic<V extends object>(topic: string, load: (key: string) => Promise<V | null>): CachedTopic<V>;
}

export interface CachedTopic<V> {
  /** At once while it is remembered and fresh, else from the database. Treat the value as read-only. */
  get(key: string): V | Promise<V | null>;
}

export interface Invalidation {
  readonly topic: string;
  /** `*` forgets the whole topic. */
  readonly key: string;
}
