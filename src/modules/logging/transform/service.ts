import type { Static } from 'typebox';
import { httpErrors } from '#platform/http/port.ts';
import type { LoggingNeeds } from '../needs.ts';
import { NewLogEvent, type EventVerdict, type TransformedEvent } from '../schemas.ts';
import { normalise, type Normalised } from './normalise.ts';
import { createRedact } from '#kernel/redaction/redact.ts';

export type TransformService = ReturnType<typeof createTransform>;

/** Makes of what a client sends what is stored. */
export function createTransform({ config, now }: Pick<LoggingNeeds, 'config' | 'now'>) {
  const redact = createRedact(config.loggingRedact);

  const judge = (input: unknown, receivedAt: Date): Normalised => normalise(input, receivedAt, redact);

  /** Exactly what would be stored. @throws `http.invalid` */
  function transform(input: unknown): Static<typeof TransformedEvent> {
    const judged = judge(input, now());
    if ('fault' in judged) throw httpErrors.invalid({ in: 'body', errors: [judged.fault] });
    return judged.event;
  }

  function validate(input: unknown): Static<typeof EventVerdict> {
    const judged = judge(input, now());
    return 'fault' in judged ? { isValid: false, errors: [judged.fault] } : { isValid: true, errors: [] };
  }

  return { judge, transform, validate, schema: () => NewLogEvent as unknown as Record<string, unknown> };
}
