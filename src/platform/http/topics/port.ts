import { setTimeout as sleep } from 'node:timers/promises';
import type { Topic } from '../port.ts';

interface StateTopic<State> extends Pick<Topic, 'name' | 'access' | 'about'> {
  readonly everyMs: number;
  /** One for all who follow, so it must be the same for each of them. JSON. */
  read(): Promise<State>;
}

/** A topic with one event, `changed`: the state at first, and again when it has changed. Read only while somebody follows. */
export function stateTopic<State>({ name, access, about, everyMs, read }: StateTopic<State>): Topic {
  const follow = shareReadings(read, everyMs);
  return {
    name,
    access,
    about,
    async *open(_actor, _lastId, ended) {
      for await (const data of follow(ended)) yield { event: 'changed', id: null, data };
    },
  };
}

/** A slow follower misses states and gets the latest. */
export function shareReadings<State>(read: () => Promise<State>, everyMs: number) {
  const followers = new Set<() => void>();
  let latest: { readonly text: string; readonly state: State } | null = null;
  let isReading = false;

  async function readWhileFollowed(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (followers.size > 0) {
      try {
        const state = await read();
        const text = JSON.stringify(state);
        if (text !== latest?.text) {
          latest = { text, state };
          for (const wake of followers) wake();
        }
      } catch {
        // What is read cannot be reached; the next reading tries again.
      }
      await sleep(everyMs, undefined, { ref: false });
    }
    // At once: who follows from now on begins another reading.
    isReading = false;
    latest = null;
  }

  return async function* follow(ended: AbortSignal): AsyncGenerator<State> {
    let { promise: changed, resolve: wake } = Promise.withResolvers<void>();
    const wakeUp = () => wake();
    let shown: string | null = null;
    followers.add(wakeUp);
    ended.addEventListener('abort', wakeUp);
    void readWhileFollowed();
    try {
      while (!ended.aborted) {
        ({ promise: changed, resolve: wake } = Promise.withResolvers<void>());
        if (latest !== null && latest.text !== shown) {
          shown = latest.text;
          yield latest.state;
        } else await changed;
      }
    } finally {
      followers.delete(wakeUp);
    }
  };
}
