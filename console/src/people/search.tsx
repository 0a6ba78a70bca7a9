import { useEffect, useId, useState, type KeyboardEvent } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import type { Described } from '#app/ui/form/field.tsx';
import { isUserId, peopleQuery, personName, personQuery, toSearch, type Person } from './queries.ts';
import { words } from './words.ts';

const TYPING_MS = 250; // as in the search of a list
const MIN_LETTERS = 2;

interface PersonSearchProps {
  /** Of the input. Without an id that a label names, `aria-label`. */
  readonly described: Partial<Described> & { readonly 'aria-label'?: string };
  readonly name: string;
  readonly placeholder?: string;
  readonly className?: string;
  readonly onChoose: (id: string) => void;
  readonly onBlur?: () => void;
  readonly inputRef?: (element: HTMLInputElement | null) => void;
}

/** Finds people while a name is typed; arrows and Enter choose one of them. An id that is pasted is taken as it is. */
export function PersonSearch({ described, name, placeholder, className = '', ...rest }: PersonSearchProps) {
  const { onChoose, onBlur, inputRef } = rest;
  const queries = useQueryClient();
  const list = useId();
  const [typed, setTyped] = useState('');
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(typed);
  const { people } = found;
  const isShown = isOpen && found.isAsked;
  const active = isShown ? people?.[at] : undefined;

  const choose = (person: Person) => {
    queries.setQueryData(personQuery(person.id).queryKey, person);
    onChoose(person.id);
  };
  const change = (text: string) => {
    if (isUserId(text.trim())) return onChoose(text.trim().toLowerCase());
    setTyped(text);
    setOpen(true);
    setAt(0);
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && active) choose(active);
    else if (event.key === 'Escape' && isShown) setOpen(false);
    else if (step !== undefined && people !== null && people.length > 0)
      setAt((before) => (before + step + people.length) % people.length);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Esc would also close the drawer
  };
  return (
    <div className={`relative min-w-0 ${className}`}>
      <input
        {...described}
        ref={inputRef}
        name={name}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={isShown}
        aria-controls={isShown ? list : undefined}
        aria-activedescendant={active ? `${list}-${at}` : undefined}
        dir="auto"
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        placeholder={placeholder}
        value={typed}
        onChange={({ target }) => change(target.value)}
        onKeyDown={press}
        onFocus={() => setOpen(true)}
        onBlur={() => (setOpen(false), onBlur?.())}
        className="control text-parent w-full"
      />
      {isShown && <Found id={list} label={placeholder ?? name} found={found} at={at} onChoose={choose} />}
      <Announced found={isShown ? found : null} />
    </div>
  );
}

interface FoundPeople {
  /** Null until the server has answered for what is typed. */
  readonly people: readonly Person[] | null;
  readonly hasFailed: boolean;
  readonly isAsked: boolean;
}

function useFound(typed: string): FoundPeople {
  const text = toSearch(typed);
  const [asked, setAsked] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isAsked = text.length >= MIN_LETTERS && asked.length >= MIN_LETTERS;
  const { data, error } = useQuery({ ...peopleQuery(asked), enabled: isAsked });
  return { people: isAsked ? (data ?? null) : null, hasFailed: isAsked && error !== null, isAsked };
}

interface FoundProps {
  readonly id: string;
  readonly label: string;
  readonly found: FoundPeople;
  readonly at: number;
  readonly onChoose: (person: Person) => void;
}

function Found({ id, label, found: { people, hasFailed }, at, onChoose }: FoundProps) {
  const say = useTexts(words);
  const isEmpty = people === null || people.length === 0;
  return (
    <div className="bg-sheet border-line2 absolute inset-x-0 top-full z-30 mt-1 min-w-64 overflow-hidden rounded-lg border shadow-xl">
      {isEmpty && (
        <p className="text-meta text-ink2 px-3 py-2">{hasFailed ? say.failed : people ? say.nobody : say.looking}</p>
      )}
      <ul id={id} role="listbox" aria-label={label}>
        {people?.map((person, index) => (
          <li
            key={person.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseDown={(event) => event.preventDefault()} // the input keeps the focus
            onClick={() => onChoose(person)}
            className="hover:bg-raised aria-selected:bg-kashi-soft flex min-h-9 cursor-pointer flex-wrap items-center gap-x-3 px-3 py-1"
          >
            <bdi className="font-medium">{personName(person)}</bdi>
            <bdi className="text-meta text-ink2">{person.email ?? person.phone}</bdi>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a reader of the screen hears of the list. */
function Announced({ found }: { readonly found: FoundPeople | null }) {
  const say = useTexts(words);
  const fmt = useFmt();
  const count = found?.people?.length;
  return (
    <p role="status" className="sr-only">
      {count === undefined ? '' : count === 0 ? say.nobody : say.found(count, fmt.number(count))}
    </p>
  );
}
