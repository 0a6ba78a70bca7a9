import type { ParseArgsConfig } from 'node:util';

/** One command of the command line. */
export interface Command {
  /** As typed: `admin create`. */
  readonly name: string;
  /** Former names that still work. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Whether it takes arguments besides its options. Default: they are an error. */
  readonly takesWords?: boolean;
  /** Options and examples, for `--help`. */
  readonly help: string;
  /** Resolves with the exit code, or throws. */
  run(options: Record<string, unknown>, words: readonly string[]): Promise<number>;
}
