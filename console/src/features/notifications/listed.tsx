import type { ReactNode } from 'react';
import { Link } from '@tanstack/react-router';
import type { RowDrawerProps } from '#app/list/drawer.tsx';
import { useTexts } from '#app/text/language.ts';
import { Fact } from '#app/ui/facts.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { stepOf } from '#app/ui/list.tsx';
import { Empty } from '#app/ui/states.tsx';

const words = {
  en: { elsewhere: 'It is not on this page of the list.', message: 'Message', openMessage: 'Open the message' },
  fa: { elsewhere: 'در این صفحه از فهرست نیست.', message: 'پیام', openMessage: 'باز کردن پیام' },
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

/** The message that something is about. */
export function MessageFact({ id }: { readonly id: string }) {
  const say = useTexts(words);
  return (
    <Fact name={say.message}>
      <Link to="/notifications" search={{ open: id }} className="text-kashi underline">
        {say.openMessage}
      </Link>
    </Fact>
  );
}
