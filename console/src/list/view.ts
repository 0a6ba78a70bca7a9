import { useState } from 'react';
import { keepChoice, readChoice } from '#app/app/choices.ts';
import type { Column } from './columns.ts';

export const PAGE_SIZES = [20, 50, 100] as const;

export interface ListView {
  readonly size: number;
  readonly isDense: boolean;
  /** Keys of columns that were switched: extra ones that are shown, others that are not. */
  readonly switched: readonly string[];
}

const DEFAULT: ListView = { size: 50, isDense: false, switched: [] };

/** The page size, density and columns of one list, as its reader has chosen them in this browser. */
export function useListView(name: string): [ListView, (change: Partial<ListView>) => void] {
  const [view, setView] = useState(() => parse(readChoice(`list_${name}`)));
  const change = (part: Partial<ListView>) => {
    const next = { ...view, ...part };
    keepChoice(`list_${name}`, [next.size, next.isDense ? 1 : 0, ...next.switched].join('.'));
    setView(next);
  };
  return [view, change];
}

export function shownColumns<T>(columns: readonly Column<T>[], { switched }: ListView): Column<T>[] {
  return columns.filter(({ key, isExtra = false }) => isExtra === switched.includes(key));
}

function parse(kept: string | null): ListView {
  const [size, isDense, ...switched] = (kept ?? '').split('.');
  const known = PAGE_SIZES.find((one) => String(one) === size);
  return known ? { size: known, isDense: isDense === '1', switched } : DEFAULT;
}
