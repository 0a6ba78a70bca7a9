import { useId, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { levels } from '../level.tsx';
import { facetQuery, type Asked } from '../queries.ts';
import { facetNames, fieldNames, toTerm, type FacetName } from './terms.ts';
import { words } from '../words.ts';

const MAX_LENGTH = 1000;
const MOST = 8;
const WORD_BEFORE = /(-?)([A-Za-z][\w.-]*)?(?:(:)("?[^\s"()]*))?$/; // before the caret

interface QueryBoxProps {
  readonly asked: Asked;
  readonly onQuery: (query: string) => void;
}

/** The query as it is typed; Enter asks. Suggests names of fields, and behind one of them its values. */
export function QueryBox({ asked, onQuery }: QueryBoxProps) {
  const say = useTexts(words);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(asked.query);
  const [known, setKnown] = useState(asked.query);
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  if (known !== asked.query) {
    setKnown(asked.query); // by a click on a value, or a link
    setTyped(asked.query);
  }
  const suggestions = useSuggestions(typed.slice(0, caret), asked, isOpen);
  const isShown = isOpen && suggestions.length > 0;

  const take = (suggestion: string) => {
    const before = typed.slice(0, caret);
    const [, minus = ''] = WORD_BEFORE.exec(before) ?? [];
    const kept = before.replace(WORD_BEFORE, '') + minus + suggestion;
    const isWhole = !suggestion.endsWith(':') && !suggestion.endsWith('.');
    const next = `${kept}${isWhole ? ' ' : ''}${typed.slice(caret).trimStart()}`;
    const place = kept.length + (isWhole ? 1 : 0);
    setTyped(next);
    setCaret(place);
    setActive(-1);
    setOpen(!isWhole);
    input.current?.focus();
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const apply = () => {
    setOpen(false);
    onQuery(typed.trim());
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && suggestions.length > 0) {
      event.preventDefault();
      setOpen(true);
      setActive((now) => Math.min(suggestions.length - 1, Math.max(-1, now + step)));
    }
    if (event.key === 'Escape' && isShown) {
      event.preventDefault(); // and does not empty the field
      setOpen(false);
    }
    if (event.key !== 'Enter') return;
    event.preventDefault();
    const chosen = isShown ? suggestions[active] : undefined;
    if (chosen === undefined) apply();
    else take(chosen);
  };
  return (
    <div className="relative min-w-56 flex-1 max-sm:basis-full">
      <div className="flex gap-2">
        <div dir="ltr" className="relative min-w-0 flex-1">
          <Icon name="search" className="text-ink3 pointer-events-none absolute start-2.5 top-2" />
          <input
            ref={input}
            type="search"
            role="combobox"
            aria-label={say.query}
            aria-expanded={isShown}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isShown && active >= 0 ? `${id}-${active}` : undefined}
            placeholder={say.queryExample}
            value={typed}
            maxLength={MAX_LENGTH}
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => {
              setTyped(target.value);
              setCaret(target.selectionStart ?? target.value.length);
              setActive(-1);
              setOpen(true);
            }}
            onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? 0)}
            onBlur={() => setOpen(false)}
            onKeyDown={onKeyDown}
            className="control w-full ps-8! font-mono text-[12px]"
          />
        </div>
        <Button onClick={apply}>{say.apply}</Button>
      </div>
      <ul
        id={`${id}-list`}
        role="listbox"
        aria-label={say.suggestions}
        hidden={!isShown}
        className="bg-sheet border-line absolute start-0 z-30 mt-1 w-72 max-w-full rounded-xl border p-1 shadow-xl"
      >
        {suggestions.map((suggestion, at) => (
          <li
            key={suggestion}
            id={`${id}-${at}`}
            role="option"
            aria-selected={at === active}
            onPointerDown={(event) => {
              event.preventDefault(); // the field keeps the focus
              take(suggestion);
            }}
            className="aria-selected:bg-raised hover:bg-raised flex min-h-8 cursor-pointer items-center rounded-lg px-3"
          >
            <bdi className="truncate font-mono text-[12px]">{suggestion}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

function useSuggestions(before: string, { range }: Asked, isOpen: boolean): readonly string[] {
  const [, , name = '', colon, value = ''] = WORD_BEFORE.exec(before) ?? [];
  const facet = facetNames.find((one) => one === name);
  const ofValues = colon !== undefined && facet !== undefined && facet !== 'level' ? facet : undefined;
  const { data } = useQuery({
    ...facetQuery(ofValues ?? ('service' satisfies FacetName), { query: '', range }, 50),
    enabled: isOpen && ofValues !== undefined,
  });
  if (colon === undefined) {
    if (name === '') return [];
    return fieldNames
      .filter((one) => one.startsWith(name) && one !== name)
      .slice(0, MOST)
      .map((one) => (one.endsWith('.') ? one : `${one}:`));
  }
  const known = facet === 'level' ? levels : (data?.values ?? []).flatMap((one) => one.value ?? []);
  if (facet === undefined) return [];
  const begin = value.replace('"', '').toLowerCase();
  return known
    .filter((one) => one.toLowerCase().startsWith(begin))
    .slice(0, MOST)
    .map((one) => toTerm({ field: facet, value: one }));
}
