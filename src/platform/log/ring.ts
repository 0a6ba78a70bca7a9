import type { DestinationStream } from 'pino';
import type { LogLines } from './port.ts';

const MAX_LINES = 5000; // some megabytes, while the database is away

/** Keeps the newest lines of the process until they are taken. Writing costs nothing but memory, and never waits. */
export function createLogRing(): LogLines & { tee(to: DestinationStream): DestinationStream } {
  let lines: string[] = [];
  let lost = 0;
  let listener: (() => void) | null = null;

  function keep(line: string): void {
    lines.push(line);
    if (lines.length > MAX_LINES) {
      lines = lines.slice(MAX_LINES / 10);
      lost += MAX_LINES / 10;
    }
    listener?.();
  }

  return {
    tee: (to) => ({
      write(line) {
        to.write(line);
        keep(line);
      },
    }),
    take() {
      const taken = { lines, lost };
      lines = [];
      lost = 0;
      return taken;
    },
    giveBack(taken) {
      lines = [...taken, ...lines].slice(-MAX_LINES);
    },
    onLine(listen) {
      listener = listen;
      if (lines.length > 0) listen();
    },
  };
}
