import { ApiError, type Job, type JobChange, type NewJob } from '#client';
import { toPlain } from '#app/text/typed.ts';

/** What the fields hold. Empty: as the type suggests. */
export interface JobValues {
  name: string;
  description: string;
  type: string;
  payload: string;
  tags: string;
  concurrencyKey: string;
  maxRetryAttempts: string;
  retryBackoffSeconds: string;
  backoff: '' | Job['backoff'];
  maxExecutionSeconds: string;
  maxConsecutiveFailures: string;
  concurrency: '' | Job['concurrency'];
  priority: '' | Job['priority'];
}

/** Bounds of the whole numbers, as the server has them. */
export const bounds = {
  maxRetryAttempts: [0, 20],
  retryBackoffSeconds: [0, 86_400],
  maxExecutionSeconds: [1, 86_400],
  maxConsecutiveFailures: [0, 1000],
} as const;
export type NumberName = keyof typeof bounds;

export function toValues(job: Job | null, comma: string): JobValues {
  const shown = (value: number | undefined) => (value === undefined ? '' : String(value));
  return {
    name: job?.name ?? '',
    description: job?.description ?? '',
    type: job?.type ?? '',
    payload: JSON.stringify(job?.payload ?? {}, null, 2),
    tags: job?.tags.join(comma) ?? '',
    concurrencyKey: job?.concurrencyKey ?? '',
    maxRetryAttempts: shown(job?.maxRetryAttempts),
    retryBackoffSeconds: shown(job?.retryBackoffSeconds),
    backoff: job?.backoff ?? '',
    maxExecutionSeconds: shown(job?.maxExecutionSeconds),
    maxConsecutiveFailures: shown(job?.maxConsecutiveFailures),
    concurrency: job?.concurrency ?? '',
    priority: job?.priority ?? '',
  };
}

export function toJob(values: JobValues): NewJob & JobChange {
  const { name, description, type, backoff, concurrency, priority, concurrencyKey } = values;
  const payload = parsePayload(values.payload);
  const numbers = Object.keys(bounds).flatMap((key) => {
    const text = toPlain(values[key as NumberName]).trim();
    return text === '' ? [] : [[key, Number(text)] as const];
  });
  return {
    name: name.trim(),
    description,
    type,
    tags: toTags(values.tags),
    concurrencyKey: concurrencyKey.trim() || null,
    ...('value' in payload && { payload: payload.value }),
    ...(Object.fromEntries(numbers) as Partial<Record<NumberName, number>>),
    ...(backoff && { backoff }),
    ...(concurrency && { concurrency }),
    ...(priority && { priority }),
  };
}

export function toTags(text: string): string[] {
  const tags = text.split(/[,،]/).map((tag) => tag.trim());
  return [...new Set(tags.filter((tag) => tag !== ''))];
}

/** The object, or why there is none: null where it is JSON, but no object. */
export function parsePayload(text: string): { value: Record<string, unknown> } | { fault: string | null } {
  if (text.trim() === '') return { value: {} };
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { value: value as Record<string, unknown> } : { fault: null };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** Whether it is a whole number within the bounds, or nothing. */
export function isWithin(name: NumberName, text: string): boolean {
  const plain = toPlain(text).trim();
  const [from, to] = bounds[name];
  return plain === '' || (/^\d+$/.test(plain) && Number(plain) >= from && Number(plain) <= to);
}

/** Faults of the payload name the field of the payload: the form has one field for all of it. */
export function withPayloadPaths(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const errors = (error.problem.errors ?? []).map((each) => {
    const field = /^\/payload\/(.+)$/.exec(each.path ?? '')?.[1];
    return field === undefined ? each : { ...each, path: '/payload', message: `${field}: ${each.message ?? ''}` };
  });
  const nameTaken = error.code === 'scheduler.name_taken' ? [{ path: '/name', message: error.message }] : [];
  return new ApiError({ ...error.problem, errors: [...errors, ...nameTaken] });
}
