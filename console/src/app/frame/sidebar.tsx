import { useEffect, useRef } from 'react';
import { Link } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Icon, type IconName } from '#app/ui/icons.tsx';
import { PaletteButton } from '#app/palette/opener.tsx';
import { useAlert } from './alert.ts';
import { Brand } from './brand.tsx';
import { groups, ownLists, pages, type ConsolePage } from '../pages.ts';
import { words } from '../words.ts';

const ITEM =
  'text-ink2 hover:text-ink flex min-h-8 scroll-my-3 items-center gap-2.5 rounded-lg border border-transparent px-2.5';
const ACTIVE = { className: 'bg-sheet border-line! text-ink! font-semibold', 'aria-current': 'page' } as const;

/** What the user may not open is absent. */
export function Sidebar({ onGo = () => {} }: { readonly onGo?: () => void }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const own = pages.filter(({ permission }) => can(permission));
  const itemsOf = (group: ConsolePage['group']) =>
    own
      .filter((page) => page.group === group)
      .map(({ path, icon, title }) => <Item key={path} to={path} icon={icon} title={title[language]} onGo={onGo} />);
  return (
    <div className="flex h-full flex-col gap-4 p-3">
      <Brand />
      <PaletteButton onOpen={onGo} />
      <nav aria-label={say.pages} className="flex flex-1 flex-col gap-4">
        <Item to="/" icon="overview" title={say.overview} onGo={onGo} />
        {groups.map((group) => {
          const items = itemsOf(group);
          if (items.length === 0) return null;
          return (
            <div key={group} className="grid gap-0.5">
              <p className="text-meta text-ink3 px-2.5 pb-1">{say.groups[group]}</p>
              {items}
            </div>
          );
        })}
        <OwnItems onGo={onGo} />
        <div className="border-line mt-auto grid gap-0.5 border-t pt-2">
          {itemsOf('foot')}
          <Item to="/settings" icon="settings" title={say.settings} onGo={onGo} />
        </div>
      </nav>
    </div>
  );
}

/** Pages of modules outside this program. */
function OwnItems({ onGo }: Pick<ItemProps, 'onGo'>) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const shown = ownLists.filter(({ permission }) => can(permission));
  if (shown.length === 0) return null;
  return (
    <div className="grid gap-0.5">
      <p className="text-meta text-ink3 px-2.5 pb-1">{say.ownModules}</p>
      {shown.map(({ name, title }) => (
        <Link
          key={name}
          to="/modules/$name"
          params={{ name }}
          onClick={onGo}
          activeOptions={{ includeSearch: false }}
          className={ITEM}
          activeProps={ACTIVE}
        >
          {({ isActive }) => (
            <>
              <Icon name="work" />
              <span>{title[language]}</span>
              {isActive && <InSight />}
            </>
          )}
        </Link>
      ))}
    </div>
  );
}

interface ItemProps {
  readonly to: '/' | '/settings' | ConsolePage['path'];
  readonly icon: IconName;
  readonly title: string;
  readonly onGo: () => void;
}

function Item({ to, icon, title, onGo }: ItemProps) {
  const alert = useAlert(to);
  return (
    <Link
      to={to}
      onClick={onGo}
      activeOptions={{ exact: to === '/', includeSearch: false }}
      className={ITEM}
      activeProps={ACTIVE}
    >
      {({ isActive }) => (
        <>
          <Icon name={icon} className={alert ? 'text-bad' : ''} />
          <span className={alert ? 'text-bad font-semibold' : ''}>{title}</span>
          {alert && (
            <span
              role="img"
              aria-label={alert}
              title={alert}
              className="bg-bad ms-auto size-2 rotate-45 rounded-[2px]"
            />
          )}
          {isActive && <InSight />}
        </>
      )}
    </Link>
  );
}

/** Brings the link that it is in into sight: the page that is open may be below many others. */
function InSight() {
  const mark = useRef<HTMLSpanElement>(null);
  // Newer browsers answer a promise, which React would take for what ends the effect.
  useEffect(() => {
    mark.current?.closest('a')?.scrollIntoView({ block: 'nearest' });
  }, []);
  return <span ref={mark} hidden />;
}
