import type { Signal } from './signals.ts';
import type { Database } from './open.ts';

/** Tells all nodes, this one included, that something may have changed. Polls find changes whose hint was lost. */
export interface Hint {
  send(): void;
  onChanged(listener: () => void): void;
}

/** Sent automatically after every commit of an event of this type (`name.vN`). */
export function createHint(
  { onCommitted, signals }: Pick<Database, 'onCommitted' | 'signals'>,
  signal: Signal,
  type: string,
): Hint {
  const listeners: (() => void)[] = [];
  const callListeners = () => {
    for (const listener of listeners) listener();
  };
  const send = () => {
    callListeners();
    signals.send([signal]);
  };
  onCommitted(({ eventTypes }) => eventTypes.has(type) && send());
  signals.onChanged((changed) => changed.includes(signal) && callListeners());
  return { send, onChanged: (listener) => void listeners.push(listener) };
}
