import type { ReactNode } from 'react';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { useTexts } from '#app/text/language.ts';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Empty } from '#app/ui/states.tsx';

const words = {
  en: { elsewhere: 'It is not on this page of the list.' },
  fa: { elsewhere: 'در این صفحه از فهرست نیست.' },
};

interface ListedDrawerProps<T> extends RowDrawerProps {
  readonly title: string;
  /** The row, where the list shows it. */
  readonly item: T | undefined;
  readonly children: (item: T) => ReactNode;
}

/** The drawer of what the API has only in lists. */
export function ListedDrawer<T>({ title, id, ids, onGo, item, children }: ListedDrawerProps<T>) {
  const say = useTexts(words);
  const step = (event: React.KeyboardEvent) => {
    const next = ids[ids.indexOf(id) + stepOf(event)];
    if (next === undefined || next === id || !ids.includes(id)) return;
    event.preventDefault();
    onGo(next);
  };
  return (
    <Drawer title={title} onClose={() => onGo(undefined)} onKeyDown={step}>
      {item === undefined ? <Empty text={say.elsewhere} /> : children(item)}
    </Drawer>
  );
}
