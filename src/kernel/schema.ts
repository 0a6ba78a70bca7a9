import { Type, type Static, type TSchema } from 'typebox';
import { languages, type Language } from './language.ts';

/** A UUID in a path, a query or an answer. */
export const Id = Type.String({ format: 'uuid' });
/**
 * An instant, RFC 3339 in UTC with milliseconds; input may have another offset, and finer fractions. From 0001-01-02
 * to 9999-12-30, so that the year has four digits with every offset. Leap seconds are not accepted, since system clocks
 * do not have them.
 */
export const Instant = Type.String({
  format: 'date-time',
  pattern:
    '^(?!0000|0001-01-01|9999-12-31)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:[0-5]\\d(\\.\\d{1,9})?(Z|[+-](0\\d|1[0-4]):[0-5]\\d)$',
});
/** A day without a time, `YYYY-MM-DD`, from the year 1 on. */
export const Day = Type.String({ format: 'date', pattern: '^(?!0000)' });
/** Whether the day exists; for text that no schema has validated, such as in a cursor. */
export function isDay(text: string): boolean {
  const isWritten = /^(?!0000)\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  return isWritten && new Date(text).toISOString().startsWith(text); // 30 February is parsed as 2 March
}
/** An address as somebody types it; `parseEmail` gives the form in which it is compared. */
export const Email = Type.String({ format: 'email', maxLength: 254 });
/** A language of the program's own texts, in any case. */
export const LanguageName = Type.Unsafe<Language>({ type: 'string', enum: [...languages], format: 'language-tag' });

/** `schema` or null. One type list instead of a union: faster to serialise and validate. */
export function Nullable<S extends TSchema & { type: string }>(schema: S) {
  return Type.Unsafe<Static<S> | null>({ ...schema, type: [schema.type, 'null'] });
}

/** One of the given strings. */
export function OneOf<const T extends string>(...words: T[]) {
  return Type.Unsafe<T>({ type: 'string', enum: words });
}

/** One of the given strings, or null. */
export function NullableOneOf<const T extends string>(...words: T[]) {
  return Type.Unsafe<T | null>({ type: ['string', 'null'], enum: [...words, null] });
}

/** Answer without a body. */
export const NoContent = Type.Unsafe<void>({ type: 'null' });

export const ById = Type.Object({ id: Type.With(Id, { description: 'Id of the resource' }) });
