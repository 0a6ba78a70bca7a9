import { useQuery } from '@tanstack/react-query';
import { tamperedQuery } from '#app/features/integrity/tampered.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { words } from '../words.ts';

/** What is so wrong with a page's subject that its item in the menu is red; null where nothing is known to be. */
export function useAlert(path: string): string | null {
  const say = useTexts(words);
  const { can } = useMe();
  const isAsked = path === '/integrity' && can('audit.read');
  const { data } = useQuery({ ...tamperedQuery, enabled: isAsked });
  return isAsked && data && data.items.length > 0 ? say.tampered : null;
}
