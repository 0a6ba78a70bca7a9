import type { ParseArgsConfig } from 'node:util';

/** One command. `run` answers the exit code, or throws what went wrong. */
export interface Command {
  /** As typed, `admin create`. */
  readonly name: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Whether words beside the options are meant for it. Default: they are a mistake. */
  readonly takesWords?: boolean;
  /** Beyond the summary: options and examples, for `--help`. */
  readonly help: string;
  run(options: Record<string, unknown>, words: readonly string[]): Promise<number>;
}
