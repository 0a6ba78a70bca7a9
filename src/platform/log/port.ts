/** The process's own log: JSON lines. Field `err` takes an Error. Nothing secret goes in. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
