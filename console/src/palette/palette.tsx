import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Command as Parts } from 'cmdk';
import { Dialog } from 'radix-ui';
import { useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { pageCommands } from './commands.ts';
import { useFound } from './find.ts';
import { useLines, type Line } from './lines.ts';
import { words } from './words.ts';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onHelp: () => void;
}

/** Pages, actions, and things of the server, by what is typed. Arrows choose, Enter opens, Escape closes. */
export function Palette({ onClose, onHelp }: PaletteProps) {
  const say = useTexts(words);
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [here] = useState(pageCommands); // those of the page below, which stays
  const groups = useLines(typed, here, onHelp);
  const { found, isFinding } = useFound(typed);
  const isEmpty = found.length === 0 && groups.every(({ lines }) => lines.length === 0);

  const act = (does: Line['does']) => {
    onClose();
    if (typeof does === 'function') return does();
    const [path = '/', query = ''] = does.split('?');
    void navigate({ to: path as '/', search: Object.fromEntries(new URLSearchParams(query)) as never });
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="bg-shade fixed inset-0 z-[60]" />
        <Dialog.Content
          aria-describedby={undefined}
          className="bg-sheet border-line fixed inset-x-3 top-[12vh] z-[70] mx-auto flex max-h-[70dvh] max-w-xl flex-col overflow-hidden rounded-2xl border shadow-2xl outline-none"
        >
          <Dialog.Title className="sr-only">{say.title}</Dialog.Title>
          <Parts label={say.title} shouldFilter={false} loop className="flex min-h-0 flex-col">
            <div className="border-line flex items-center gap-2.5 border-b px-4">
              <Icon name="search" className="text-ink3" />
              <Parts.Input
                value={typed}
                onValueChange={setTyped}
                placeholder={say.hint}
                maxLength={200}
                className="min-h-12 min-w-0 flex-1 bg-transparent text-[15px] outline-none"
              />
              {isFinding && (
                <span role="status" className="text-meta text-ink3 appears">
                  {say.finding}
                </span>
              )}
            </div>
            {isEmpty && (
              <p role="status" className="text-ink2 min-h-20 px-5 py-6 text-center">
                {!isFinding && say.nothing}
              </p>
            )}
            <Parts.List
              label={say.title}
              className={`min-h-0 scroll-py-2 overflow-y-auto p-2 ${isEmpty ? 'hidden' : ''}`}
            >
              {groups.map(({ title, lines }) =>
                lines.length === 0 ? null : (
                  <Group key={title} title={title}>
                    {lines.map((line) => (
                      <Item key={line.id} id={line.id} icon={line.icon} onChoose={() => act(line.does)}>
                        <span className="min-w-0 flex-1 truncate">{line.title}</span>
                        {line.keys && (
                          <kbd dir="ltr" className="text-meta text-ink3 font-mono">
                            {line.keys}
                          </kbd>
                        )}
                      </Item>
                    ))}
                  </Group>
                ),
              )}
              {found.length > 0 && (
                <Group title={say.found}>
                  {found.map(({ kind, id, icon, title, detail, to }) => (
                    <Item key={`${kind} ${id}`} id={`${kind} ${id}`} icon={icon} onChoose={() => act(to)}>
                      <bdi className="min-w-0 truncate">{title}</bdi>
                      <bdi className="text-meta text-ink3 min-w-0 flex-1 truncate">{detail}</bdi>
                      <span className="text-meta text-ink3">{say.kinds[kind]}</span>
                    </Item>
                  ))}
                </Group>
              )}
            </Parts.List>
            <p className="border-line text-meta text-ink3 flex gap-4 border-t px-4 py-2 max-sm:hidden">
              <Hint keys="↑ ↓" text={say.toChoose} />
              <Hint keys="Enter" text={say.toOpen} />
              <Hint keys="Esc" text={say.toClose} />
            </p>
          </Parts>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <Parts.Group
      heading={title}
      className="**:[[cmdk-group-heading]]:text-meta **:[[cmdk-group-heading]]:text-ink3 **:[[cmdk-group-heading]]:px-3 **:[[cmdk-group-heading]]:pt-2 **:[[cmdk-group-heading]]:pb-1"
    >
      {children}
    </Parts.Group>
  );
}

interface ItemProps {
  readonly id: string;
  readonly icon: IconName;
  readonly onChoose: () => void;
  readonly children: React.ReactNode;
}

function Item({ id, icon, onChoose, children }: ItemProps) {
  return (
    <Parts.Item
      value={id}
      onSelect={onChoose}
      className="data-[selected=true]:bg-kashi-soft flex min-h-9 cursor-pointer items-center gap-2.5 rounded-lg px-3"
    >
      <Icon name={icon} className="text-ink3" />
      {children}
    </Parts.Item>
  );
}

function Hint({ keys, text }: { readonly keys: string; readonly text: string }) {
  return (
    <span>
      <kbd dir="ltr" className="inline-block">
        {keys}
      </kbd>{' '}
      {text}
    </span>
  );
}
