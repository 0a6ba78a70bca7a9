import { useTexts } from '#app/text/language.ts';
import { words } from './words.ts';

/** Why an export has failed, by the code of the refusal that ended it. */
export function useReason(): (code: string | null) => string {
  const say = useTexts(words);
  return (code) => say.reasons[code ?? ''] ?? say.otherReason(code ?? '');
}
