import type { Language } from './language.ts';

/**
 * An expected refusal, thrown anywhere and rendered once, by `platform/http`, as RFC 9457
 * problem+json. A bug is a plain `Error`: it becomes a 500 without details for the caller.
 */
export class Problem extends Error {
  /** `module.reason`; never changes. Clients and translations use the code, never the text. */
  readonly code: string;
  /** HTTP status, 400 to 503. */
  readonly status: number;
  /**
   * JSON-safe facts the caller may see, such as the id that was not found. A `Translated` one, also as the `message` of one
   * of the `errors`, is shown in the language of the request.
   */
  readonly details: Record<string, unknown>;
  /** Seconds for the `Retry-After` header; null if trying again later does not help. */
  readonly retryAfterSeconds: number | null;

  constructor(code: string, status: number, title: string, details: ProblemDetails) {
    super(title);
    const { retryAfterSeconds = null, ...rest } = details;
    this.name = 'Problem';
    this.code = code;
    this.status = status;
    this.details = rest;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type ProblemDetails = Record<string, unknown> & { retryAfterSeconds?: number };

export interface ProblemDef {
  (details?: ProblemDetails): Problem;
  readonly code: string;
  readonly status: number;
  readonly title: string;
}

/** What is wrong with one field of an input: JSON pointer, rule, and the rule's limits. */
export interface FieldError {
  readonly path: string;
  readonly code: string;
  readonly message: string;
}

/** The texts of one module in its `texts.json`: everything but the English titles, which are in its contract. */
export interface Texts {
  /** By error code: the Persian title, and what the error means and what to do, in both languages. */
  readonly errors: Record<string, { fa: string; means: Record<Language, string> }>;
  /** By permission code: the Persian summary. */
  readonly permissions: Record<string, string>;
}

/** Declares one error of a module. Call the result to create the `Problem` to throw. */
export function defineError(code: string, status: number, title: string): ProblemDef {
  const make = (details: ProblemDetails = {}) => new Problem(code, status, title, details);
  return Object.assign(make, { code, status, title });
}

/**
 * Unwraps what a unit returned. A refusal that must leave a trace (a wrong code counts) is *returned*
 * from the unit, so that the trace commits, and thrown here.
 */
export function orThrow<R>(result: R | Problem): R {
  if (result instanceof Problem) throw result;
  return result;
}
