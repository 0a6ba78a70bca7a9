import type { Notification } from '#client';
import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

type Named = Pick<Notification, 'subject' | 'template'>;

/** A message without a subject is named by its template. */
export function nameOf({ subject, template }: Named, otherwise: string): string {
  return subject || template || otherwise;
}

/** The subject; where the template stands for it, as with messages about security, it does not look like one. */
export function MessageName({ message }: { readonly message: Named }) {
  const say = useTexts(words);
  const name = nameOf(message, say.noSubject);
  return <bdi className={name === message.template ? 'text-ink2 font-mono font-normal' : ''}>{name}</bdi>;
}
