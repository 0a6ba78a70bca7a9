import { useEffect, useEffectEvent, useState, type ReactNode } from 'react';
import { isFreeKey, letterOf } from '#app/app/frame/keys.ts';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';
import { words } from './words.ts';

const TYPING_MS = 250; // a search is sent when the typing rests

interface PageOf {
  readonly totalCount: number | null;
  readonly totalCountCapped?: boolean;
}

/** The title of a list, how many items match, and what can be made. */
export function ListTitle({
  title,
  page,
  children,
}: {
  title: string;
  page: PageOf | undefined;
  children?: ReactNode;
}) {
  const say = useTexts(words);
  const fmt = useFmt();
  const count = page?.totalCount ?? null;
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-3">
      <h1 className="text-title font-semibold">
        {title}
        {count !== null && (
          <span className="text-ink3 ms-2 text-[15px] font-normal">
            {say.total(fmt.number(count), page?.totalCountCapped === true)}
          </span>
        )}
      </h1>
      {children}
    </div>
  );
}

interface SearchBoxProps {
  readonly value: string;
  readonly label: string;
  readonly onChange: (value: string) => void;
}

export function SearchBox({ value, label, onChange }: SearchBoxProps) {
  const [typed, setTyped] = useState(value);
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value); // the address has changed: a link, or "Clear filters"
    setTyped(value);
  }
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="relative min-w-40 flex-1 sm:max-w-80">
      <Icon name="search" className="text-ink3 pointer-events-none absolute start-2.5 top-2" />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={typed}
        maxLength={200}
        onChange={({ target }) => setTyped(target.value)}
        className="control w-full ps-8!"
      />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

interface ChipsProps<T extends string> extends ChoiceProps<T> {
  /** As wide as its place, all options alike. */
  readonly isWide?: boolean;
}

/** A few exclusive filters, all visible. */
export function Chips<T extends string>({ label, value, options, onChange, isWide = false }: ChipsProps<T>) {
  return (
    <div
      role="group"
      aria-label={label}
      className={`border-line2 flex rounded-lg border p-0.5 ${isWide ? '*:flex-1' : '*:grow'}`}
    >
      {options.map(([option, text]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
          className="text-ink2 aria-pressed:bg-kashi-soft aria-pressed:text-ink min-h-7 rounded-md px-2.5 whitespace-nowrap aria-pressed:font-semibold"
        >
          {text}
        </button>
      ))}
    </div>
  );
}

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <select aria-label={label} value={value} onChange={({ target }) => onChange(target.value as T)} className="control">
      {options.map(([option, text]) => (
        <option key={option} value={option}>
          {text}
        </option>
      ))}
    </select>
  );
}

interface PagerProps {
  readonly page: number;
  readonly hasOlder: boolean;
  readonly onGo: (page: number) => void;
}

export function Pager({ page, hasOlder, onGo }: PagerProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  if (page === 1 && !hasOlder) return null;
  return (
    <nav aria-label={say.pages} className="flex items-center justify-between gap-3">
      <Button disabled={page === 1} onClick={() => onGo(page - 1)}>
        <Icon name="chevron" className="rotate-180 rtl:rotate-0" />
        {say.newer}
      </Button>
      <span className="text-ink3">{say.page(fmt.number(page))}</span>
      <Button disabled={!hasOlder} onClick={() => onGo(page + 1)}>
        {say.older}
        <Icon name="chevron" className="mirrored" />
      </Button>
    </nav>
  );
}

/** `j` and `k` or arrows move the focus over the links of the rows, `x` selects the row; `e` and `r` are the page's. */
export function useRowKeys(onKey: (key: 'e' | 'r', id: string) => void = () => {}): void {
  const acts = useEffectEvent(onKey);
  useEffect(() => {
    let isAfterG = false; // then a letter is a page
    const press = (event: KeyboardEvent) => {
      if (!isFreeKey(event) || event.shiftKey) return;
      const key = letterOf(event);
      const goes = isAfterG;
      isAfterG = key === 'g';
      if (goes) return;
      const row = document.activeElement?.closest<HTMLElement>('[data-row]');
      if (row && (key === 'e' || key === 'r')) acts(key, row.dataset['row'] ?? '');
      if (row && key === 'x') row.closest('tr')?.querySelector<HTMLInputElement>('[data-select]')?.click();
      const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
      if (step === undefined) return;
      const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
      const at = rows.findIndex((one) => one === document.activeElement);
      const next = rows[at < 0 ? 0 : at + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
}

/** In a drawer, arrows go to the row before or after without closing it; not while typing. */
export function stepOf(event: React.KeyboardEvent): number {
  const isTyping = event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null;
  return isTyping ? 0 : ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0);
}

export function usePageTitle(title: string, product: string): void {
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
}
