import type { Signal } from './signals.ts';
import type { Database } from './open.ts';

/** Tells all nodes, this one included, that something may have changed; polls find what a lost one leaves lying. */
export interface Hint {
  send(): void;
  onChanged(listener: () => void): void;
}

/** Sent by itself after every commit of an event of this type (`name.vN`). */
export function createHint(
  { onCommitted, signals }: Pick<Database, 'onCommitted' | 'signals'>,
  signal: Signal,
  type: string,
): Hint {
  const listeners: (() => void)[] = [];
  const tell = () => {
    for (const listener of listeners) listener();
  };
  const send = () => {
    tell();
    signals.send([signal]);
  };
  onCommitted(({ eventTypes }) => eventTypes.has(type) && send());
  signals.onChanged((changed) => changed.includes(signal) && tell());
  return { send, onChanged: (listener) => void listeners.push(listener) };
}
