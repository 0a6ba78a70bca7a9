import type { ParseArgsConfig } from 'node:util';

/** One command. `run` answers the exit code, or throws what went wrong. */
export interface Command {
  /** As typed, `admin create`. */
  readonly name: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Beyond the summary: options and examples, for `--help`. */
  readonly help: string;
  run(options: Record<string, unknown>): Promise<number>;
}
