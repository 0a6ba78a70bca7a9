import { useState } from 'react';
import { getRouteApi } from '@tanstack/react-router';
import { PersonFilter } from '#app/people/filter.tsx';
import { parseTypedDate, toTypedDate } from '#app/text/dates.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Choice, SearchBox } from '#app/ui/list.tsx';
import { outcomes, type AuditSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/audit');
export function Filters({ search }: { readonly search: AuditSearch }) {
  const say = useTexts(words);
  const navigate = route.useNavigate();
  const [isOpen, setOpen] = useState(false);
  const filter = (change: Partial<AuditSearch>) =>
    void navigate({ search: ({ cursor: _, ...before }) => ({ ...before, ...change }) });
  const isShown = (name: keyof AuditSearch) => isOpen || search[name] !== undefined;
  return (
    <>
      <SearchBox
        value={search.text ?? ''}
        label={say.search}
        onChange={(text) => filter({ text: text || undefined })}
      />
      <Typed value={search.action} label={say.action} onChange={(action) => filter({ action })} />
      <Choice<'all' | (typeof outcomes)[number]>
        label={say.outcome}
        value={search.outcome ?? 'all'}
        options={[['all', say.everyOutcome], ...outcomes.map((one) => [one, say.outcomes[one]] as const)]}
        onChange={(one) => filter({ outcome: one === 'all' ? undefined : one })}
      />
      <label className="flex min-h-8 items-center gap-2">
        <input
          type="checkbox"
          checked={search.tampered === 'true'}
          onChange={({ target }) => filter({ tampered: target.checked ? 'true' : undefined })}
          className="accent-kashi size-4"
        />
        {say.onlyTampered}
      </label>
      {isShown('actor') && (
        <PersonFilter name="actor" value={search.actor} label={say.actorId} onChange={(actor) => filter({ actor })} />
      )}
      {isShown('by') && <PersonFilter name="by" value={search.by} label={say.byId} onChange={(by) => filter({ by })} />}
      {isShown('type') && <Typed value={search.type} label={say.resourceType} onChange={(type) => filter({ type })} />}
      {isShown('resource') && (
        <Typed value={search.resource} label={say.resourceId} onChange={(resource) => filter({ resource })} />
      )}
      {isShown('from') && <Day value={search.from} label={say.from} onChange={(from) => filter({ from })} />}
      {isShown('to') && <Day value={search.to} label={say.to} onChange={(to) => filter({ to })} />}
      {!isOpen && (
        <Button look="quiet" onClick={() => setOpen(true)}>
          <Icon name="filter" />
          {say.moreFilters}
        </Button>
      )}
    </>
  );
}

interface TypedProps {
  readonly value: string | undefined;
  readonly label: string;
  readonly onChange: (value: string | undefined) => void;
}

/** Filters when it is left, or at Enter: half an id finds nothing. */
function Typed({ value, label, onChange }: TypedProps) {
  return (
    <input
      key={value ?? ''}
      dir="ltr"
      aria-label={label}
      placeholder={label}
      title={label}
      defaultValue={value ?? ''}
      maxLength={100}
      spellCheck={false}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
      onBlur={({ target }) => {
        const next = target.value.trim() || undefined;
        if (next !== value) onChange(next);
      }}
      className="control w-52 max-sm:w-full rtl:text-end"
    />
  );
}

/** A day in the calendar of the reader, in any digits. */
function Day({ value, label, onChange }: TypedProps) {
  const say = useTexts(words);
  const language = useLanguage();
  const [isWrong, setWrong] = useState(false);
  return (
    <label className="flex flex-wrap items-center gap-2">
      <span className="text-ink2">{label}</span>
      <input
        key={`${value ?? ''}${language}`}
        aria-invalid={isWrong ? true : undefined}
        title={isWrong ? say.dayWrong : undefined}
        placeholder={say.dayHint}
        defaultValue={toTypedDate(value ?? null, language)}
        maxLength={20}
        onKeyDown={({ key, currentTarget }) => key === 'Enter' && currentTarget.blur()}
        onBlur={({ target }) => {
          const day = parseTypedDate(target.value, language);
          setWrong(day === undefined);
          if (day !== undefined && (day ?? undefined) !== value) onChange(day ?? undefined);
        }}
        className="control w-32"
      />
      {isWrong && <span className="text-meta text-bad">{say.dayWrong}</span>}
    </label>
  );
}
