import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError, type LogEvent } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { Failure } from '#app/ui/states.tsx';
import { levels } from './level.tsx';
import { facetQuery, type Asked } from './queries.ts';
import { facetNames, hasTerm, toggleTerm, type FacetName, type Term } from './query/terms.ts';
import { words } from './words.ts';

const SHOWN = 8;
const OPEN: ReadonlySet<FacetName> = new Set(['level', 'service', 'module']); // the server keeps their counts

interface FacetsProps {
  readonly asked: Asked;
  readonly onQuery: (query: string) => void;
}

/** The most frequent values of each field, and one click that leaves only these or all others. */
export function Facets({ asked, onQuery }: FacetsProps) {
  const say = useTexts(words);
  const toggle = (term: Term) => onQuery(toggleTerm(asked.query, term));
  return (
    <section aria-label={say.facets} className="border-line grid content-start rounded-xl border py-1">
      {facetNames.map((name) => (
        <FacetOf key={name} name={name} asked={asked} onToggle={toggle} />
      ))}
    </section>
  );
}

interface FacetProps {
  readonly name: FacetName;
  readonly asked: Asked;
  readonly onToggle: (term: Term) => void;
}

function FacetOf({ name, asked, onToggle }: FacetProps) {
  const say = useTexts(words);
  const [isOpen, setOpen] = useState(OPEN.has(name) && matchMedia('(min-width: 1024px)').matches);
  return (
    <details open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)} className="group px-2">
      <summary className="text-ink2 flex min-h-8 cursor-pointer list-none items-center gap-1.5 px-1 font-medium">
        <Icon
          name="chevron"
          className="mirrored size-3 transition-transform group-open:rotate-90 rtl:group-open:-rotate-90"
        />
        {say.facet[name]}
      </summary>
      {isOpen && <Values name={name} asked={asked} onToggle={onToggle} />}
    </details>
  );
}

function Values({ name, asked, onToggle }: FacetProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { data, error } = useQuery(facetQuery(name, asked, SHOWN));
  // The lines tell it, once.
  if (error instanceof ApiError && error.code === 'logging.query_invalid') return null;
  if (error) return <Failure error={error} permission="logging.events.read" />;
  if (!data) return <div className="h-8" />;
  if (data.values.length === 0) return <p className="text-meta text-ink3 px-2 pb-2">{say.noValues}</p>;
  return (
    <ul className="grid grid-cols-[minmax(0,1fr)_auto_auto] gap-x-0.5 pb-2">
      {data.values.map(({ value, count }) => (
        <li
          key={value ?? ''}
          className="hover:bg-raised col-span-3 grid min-h-7 grid-cols-subgrid items-center rounded-md ps-1"
        >
          {value === null ? (
            <span className="text-ink3 truncate px-1">{say.without}</span>
          ) : (
            <Value name={name} value={value} query={asked.query} onToggle={onToggle} />
          )}
          <span className="text-meta text-ink3 order-2 pe-1 text-end rtl:text-start">{fmt.number(count)}</span>
        </li>
      ))}
      {data.sampled && (
        <li className="text-label text-ink3 col-span-3 px-2">{say.sampled(fmt.share(data.fraction))}</li>
      )}
    </ul>
  );
}

interface ValueProps {
  readonly name: FacetName;
  readonly value: string;
  readonly query: string;
  readonly onToggle: (term: Term) => void;
}

function Value({ name, value, query, onToggle }: ValueProps) {
  const say = useTexts(words);
  const level = levels.find((one) => one === value);
  const text = name === 'level' && level ? say.levels[level satisfies LogEvent['level']] : value;
  const term = { field: name, value };
  return (
    <>
      <button
        type="button"
        aria-pressed={hasTerm(query, term)}
        title={say.onlyValue(text)}
        onClick={() => onToggle(term)}
        className="aria-pressed:text-kashi min-h-7 min-w-0 truncate px-1 text-start aria-pressed:font-semibold"
      >
        <bdi>{text}</bdi>
      </button>
      <button
        type="button"
        aria-pressed={hasTerm(query, { ...term, isNot: true })}
        aria-label={say.notValue(text)}
        title={say.notValue(text)}
        onClick={() => onToggle({ ...term, isNot: true })}
        className="text-ink3 hover:text-ink aria-pressed:text-bad order-3 grid size-7 shrink-0 place-items-center"
      >
        <Icon name="not" className="size-3.5" />
      </button>
    </>
  );
}
