/** The log of the process. The field `err` takes an Error. Do not log secrets. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  /** Whether lines of this level are written: for lines whose fields cost time. */
  isLevelEnabled(level: 'debug'): boolean;
}
