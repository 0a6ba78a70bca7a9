/** What the server answers: data, or a refusal with a code. */
import type { Problem } from './schema.d.ts';

/** A refusal of the server. `code` is for programs; `traceId` names the call in the logs. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.title);
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
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
export function toApiError(error: unknown, { status, statusText }: Pick<Response, 'status' | 'statusText'>): ApiError {
  return new ApiError(
    isProblem(error) ? error : { type: 'about:blank', title: statusText, status, code: 'http.unknown' },
  );
}

function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'code' in error && 'status' in error;
}
