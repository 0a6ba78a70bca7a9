import type { Db } from '#platform/database/port.ts';
import type { InboxSignal } from '../needs.ts';
import { inboxStates, type InboxState } from './queries.ts';
import type { NotificationsTables } from '../tables.ts';

const POLL_MS = 2000; // finds changes whose signal was lost

type Listener = (state: InboxState) => void;

/** Reads the state of all watched inboxes of this process in one statement: after a signal, and every two seconds. */
export function createInboxWatch({ db, signal }: { db: Db<NotificationsTables>; signal: InboxSignal }) {
  const watched = new Map<string, Set<Listener>>();
  let poll: NodeJS.Timeout | undefined;
  let isReading = false;
  let isRequested = false;

  function read(): void {
    isRequested = watched.size > 0;
    if (isReading || !isRequested) return;
    isReading = true;
    void readStates().finally(() => {
      isReading = false;
    });
  }

  async function readStates(): Promise<void> {
    while (isRequested) {
      isRequested = false;
      try {
        for (const state of await inboxStates(db.read, [...watched.keys()]))
          for (const listener of watched.get(state.userId) ?? []) listener(state);
      } catch {
        return; // the database cannot be reached; the next poll reads again
      }
    }
  }

  signal.onChanged(read);
  return {
    /** Calls `listener` with the state of the inbox, soon and after each read; answers a function that stops this. */
    watch(userId: string, listener: Listener): () => void {
      const listeners = watched.get(userId) ?? new Set();
      watched.set(userId, listeners.add(listener));
      poll ??= setInterval(read, POLL_MS);
      read();
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
