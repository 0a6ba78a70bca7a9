import { searchKeys } from '#kernel/text.ts';
import type { LoggingUnit } from '../needs.ts';
import type { ReceivedEvent } from './rows.ts';

const REMEMBERED = 200_000; // words: some ten megabytes

export interface DayWord {
  /** `2026-11-23`, of receipt. */
  readonly day: string;
  readonly word: string;
}

/**
 * Which words this process has added to the days. Most events have no word that is new; what it has forgotten is added
 * again, which costs a row.
 */
export function createVocabulary() {
  let newer = new Set<string>();
  let older = new Set<string>();

  /** Of these events; each once. */
  function newWords(received: readonly ReceivedEvent[]): DayWord[] {
    const found = new Map<string, DayWord>();
    for (const { event, words } of received) {
      const day = event.receivedAt.slice(0, 10);
      for (const word of words) {
        const key = keyOf(day, word);
        if (newer.has(key) || found.has(key)) continue;
        if (older.has(key)) remember([{ day, word }]);
        else found.set(key, { day, word });
      }
    }
    return [...found.values()];
  }

  /** After the commit that has added them. The words that are used least are forgotten. */
  function remember(words: readonly DayWord[]): void {
    for (const { day, word } of words) newer.add(keyOf(day, word));
    if (newer.size < REMEMBERED / 2) return;
    older = newer;
    newer = new Set();
  }

  return { newWords, remember };
}

export type Vocabulary = ReturnType<typeof createVocabulary>;

/** Part of the unit that stores the events: no event is there without its words. */
export async function addWords(unit: LoggingUnit, words: readonly DayWord[]): Promise<void> {
  if (words.length === 0) return;
  const lines = words.map(({ day, word }) => `${day}T00:00:00Z\t${word}\t{${searchKeys(word).join(',')}}\n`);
  await unit.copy('logging.word', ['day', 'word', 'keys'], Buffer.from(lines.join('')));
}

function keyOf(day: string, word: string): string {
  return `${day} ${word}`;
}
