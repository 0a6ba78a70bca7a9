import type { Db } from '#platform/database/port.ts';
import { inboxStates, type InboxState } from './queries.ts';
import type { NotificationsTables } from '../tables.ts';

const POLL_MS = 2000; // finds what a lost signal has left lying

/** Tells nodes that some inbox has changed; a hint, as polls find what is missed. */
export interface InboxSignal {
  send(): void;
  onChanged(listener: () => void): void;
}

type Listener = (state: InboxState) => void;

/** Looks at all watched inboxes of this process in one statement, when something has changed and every two seconds. */
export function createInboxWatch({ db, signal }: { db: Db<NotificationsTables>; signal: InboxSignal }) {
  const watched = new Map<string, Set<Listener>>();
  let poll: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isWanted = false;

  function look(): void {
    isWanted = watched.size > 0;
    if (isLooking || !isWanted) return;
    isLooking = true;
    void lookOften().finally(() => {
      isLooking = false;
    });
  }

  async function lookOften(): Promise<void> {
    while (isWanted) {
      isWanted = false;
      try {
        for (const state of await inboxStates(db.read, [...watched.keys()]))
          for (const listener of watched.get(state.userId) ?? []) listener(state);
      } catch {
        return; // the database is away; the next poll looks again
      }
    }
  }

  signal.onChanged(look);
  return {
    /** Tells `listener` the state of the inbox, soon and whenever somebody looks; answers how to stop. */
    watch(userId: string, listener: Listener): () => void {
      const listeners = watched.get(userId) ?? new Set();
      watched.set(userId, listeners.add(listener));
      poll ??= setInterval(look, POLL_MS);
      look();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) watched.delete(userId);
        if (watched.size > 0) return;
        clearInterval(poll);
        poll = undefined;
      };
    },
  };
}
