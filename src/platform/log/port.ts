/** The log of the process. The field `err` takes an Error. Do not log secrets. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether lines of this level are written: for lines whose fields cost time. */
  isLevelEnabled(level: 'debug'): boolean;
}

/** The lines that the process has written, for the module that stores them. Bounded: the oldest are lost first. */
export interface LogLines {
  /** All lines so far, as JSON, and how many were lost since the last call. */
  take(): { readonly lines: readonly string[]; readonly lost: number };
  /** Lines that were taken and could not be stored. */
  giveBack(lines: readonly string[]): void;
  /** `listener` is called at once if there are lines, and after each further line. One listener. */
  onLine(listener: () => void): void;
}
