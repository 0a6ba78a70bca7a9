/** What the server answers: data, or a refusal with a code. */
import { retryAfterMs } from './retry.ts';
import type { Problem } from './schema.d.ts';

/** A refusal of the server. `code` is for programs; `traceId` names the call in the logs. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;
  /** How long the server asks to wait before the next attempt; null where it does not. */
  readonly retryAfterMs: number | null;

  constructor(problem: Problem, retryAfter: number | null = null) {
    super(problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
    this.retryAfterMs = retryAfter;
  }
}

/** The data of an answer. @throws `ApiError` for a refusal */
export async function take<T>(
  answer: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer;
  if (response.ok) return data as T; // undefined where the type of T says that there is no body
  throw toApiError(error, response);
}

/** Of any refusal, also of that of a proxy, which has no code. */
export function toApiError(
  error: unknown,
  {
    status,
    statusText,
    headers,
  }: Pick<Response, 'status' | 'statusText'> & { readonly headers?: Pick<Headers, 'get'> },
): ApiError {
  const title = statusText || `HTTP ${status}`; // HTTP/2 has no words for a status
  const problem = isProblem(error)
    ? { ...error, status }
    : { type: 'about:blank', title, status, code: 'http.unknown' };
  return new ApiError(problem, headers ? retryAfterMs(headers) : null);
}

function isProblem(error: unknown): error is Problem {
  return (
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && 'title' in error
  );
}
