import { useDeferredValue, type ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import { useTexts } from '#app/text/language.ts';
import { words } from '#app/ui/words.ts';
import type { Column } from './columns.ts';

const NUMBER = 'text-end rtl:text-start';
const SEEN_FIRST = 20; // rows that fill a window

export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly set: (ids: ReadonlySet<string>) => void;
}

interface TableProps<T> {
  readonly items: readonly T[];
  readonly idOf: (item: T) => string;
  /** Of the first column: what the row is called, in the list and for a screen reader. */
  readonly nameTitle: string;
  readonly name: (item: T) => ReactNode;
  /** The same in plain text, where a row can be selected. */
  readonly plainName: (item: T) => string;
  readonly columns: readonly Column<T>[];
  readonly openId: string | undefined;
  readonly isDense: boolean;
  /** Other rows are on their way. */
  readonly isDimmed: boolean;
  readonly selection: Selection | null;
}

/** One click anywhere in a row opens it; on a phone a row has two lines. Rows below the window are drawn a moment later. */
export function Table<T>({ items, nameTitle, columns, isDimmed, selection, ...row }: TableProps<T>) {
  const say = useTexts(words);
  const drawn = useDeferredValue(items.length, SEEN_FIRST);
  const ids = items.map(row.idOf);
  const areAll = ids.length > 0 && ids.every((id) => selection?.ids.has(id));
  return (
    <table className="dims w-full" aria-busy={isDimmed}>
      <thead className="bg-raised text-meta text-ink2 max-sm:sr-only">
        <tr>
          {selection && (
            <th scope="col" className="w-11 p-0">
              <Tick name={say.selectPage} isOn={areAll} onChange={() => selection.set(new Set(areAll ? [] : ids))} />
            </th>
          )}
          <Head title={nameTitle} />
          {columns.map(({ key, title, isNumber }) => (
            <Head key={key} title={title} isNumber={isNumber} />
          ))}
        </tr>
      </thead>
      <tbody className="divide-line divide-y">
        {items.slice(0, drawn).map((item) => (
          <Row key={row.idOf(item)} item={item} columns={columns} selection={selection} {...row} />
        ))}
      </tbody>
    </table>
  );
}

function Head({ title, isNumber = false }: { readonly title: string; readonly isNumber?: boolean | undefined }) {
  return (
    <th scope="col" className={`px-4 py-2 font-medium whitespace-nowrap ${isNumber ? NUMBER : 'text-start'}`}>
      {title}
    </th>
  );
}

type RowProps<T> = Omit<TableProps<T>, 'items' | 'nameTitle' | 'isDimmed'> & { readonly item: T };

function Row<T>({ item, idOf, name, plainName, columns, openId, isDense, selection }: RowProps<T>) {
  const say = useTexts(words);
  const id = idOf(item);
  const onPhone = columns.filter(({ isOnPhone }) => isOnPhone);
  const hasWide = columns.some(({ isWide }) => isWide);
  return (
    <tr className={`hover:bg-raised relative ${openId === id ? 'bg-kashi-soft' : ''}`}>
      {selection && (
        <td className="w-11 p-0">
          <Tick
            isOfRow
            name={say.select(plainName(item))}
            isOn={selection.ids.has(id)}
            onChange={() => selection.set(toggled(selection.ids, id))}
          />
        </td>
      )}
      <th
        scope="row"
        className={`max-w-0 px-4 text-start font-normal ${hasWide ? 'max-sm:w-full sm:max-w-64' : 'w-full xl:min-w-52'} ${isDense ? 'py-1.5' : 'py-2.5'}`}
      >
        <Link
          data-row={id}
          to="."
          search={(before: object) => ({ ...before, open: id })}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          {name(item)}
        </Link>
        {onPhone.length > 0 && (
          <div className="text-meta text-ink2 flex flex-wrap items-center gap-x-3 gap-y-1 pt-0.5 sm:hidden">
            {onPhone.map(({ key, cell }) => (
              <span key={key} className="empty:hidden">
                {cell(item)}
              </span>
            ))}
          </div>
        )}
      </th>
      {columns.map(({ key, cell, isWide, isNumber }) => (
        <td
          key={key}
          className={`text-ink2 px-4 max-sm:hidden ${isWide ? 'w-full max-w-0 truncate' : 'whitespace-nowrap'} ${isNumber ? NUMBER : ''}`}
        >
          {cell(item)}
        </td>
      ))}
    </tr>
  );
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return ids.has(id) ? new Set([...ids].filter((one) => one !== id)) : new Set([...ids, id]);
}

interface TickProps {
  readonly name: string;
  readonly isOn: boolean;
  readonly onChange: () => void;
  /** What `x` presses. */
  readonly isOfRow?: boolean;
}

function Tick({ name, isOn, onChange, isOfRow }: TickProps) {
  return (
    <label className="relative z-10 grid h-9 w-11 place-items-center">
      <span className="sr-only">{name}</span>
      <input type="checkbox" data-select={isOfRow} checked={isOn} onChange={onChange} className="accent-kashi size-4" />
    </label>
  );
}
