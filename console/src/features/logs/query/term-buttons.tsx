import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { hasTerm, toggleTerm, type Term } from './terms.ts';
import { words } from '../words.ts';

const LOOK = 'text-ink3 hover:text-ink aria-pressed:text-kashi grid size-7 shrink-0 place-items-center';

interface TermButtonsProps {
  readonly term: Term;
  readonly query: string;
  readonly onQuery: (query: string) => void;
}

/** "Only this" and "not this". */
export function TermButtons({ term, query, onQuery }: TermButtonsProps) {
  const say = useTexts(words);
  return (
    <span className="flex">
      {([false, true] as const).map((isNot) => (
        <button
          key={String(isNot)}
          type="button"
          aria-pressed={hasTerm(query, { ...term, isNot })}
          aria-label={isNot ? say.notValue(term.value) : say.onlyValue(term.value)}
          title={isNot ? say.not : say.only}
          onClick={() => onQuery(toggleTerm(query, { ...term, isNot }))}
          className={LOOK}
        >
          <Icon name={isNot ? 'not' : 'only'} className="size-3.5" />
        </button>
      ))}
    </span>
  );
}
