import { Link } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Brand } from './brand.tsx';
import { Account, LanguageButton, ThemeButton, type AccountProps } from './header.tsx';
import { ownLists, pages } from '../pages.ts';
import { words } from '../words.ts';

const ITEM =
  'text-ink2 hover:text-ink inline-flex min-h-8 items-center rounded-lg px-2.5 whitespace-nowrap -outline-offset-2!';
const ACTIVE = { className: 'bg-raised text-ink! font-semibold', 'aria-current': 'page' } as const;

/** In place of the sidebar, for people who operate nothing. */
export function TopBar(props: AccountProps) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const own = pages.filter(({ permission }) => can(permission));
  return (
    <header className="border-line bg-sheet sticky top-0 z-30 flex flex-wrap items-center gap-x-4 rounded-t-2xl border-b px-3 sm:px-5">
      <div className="flex min-h-14 items-center">
        <Brand />
      </div>
      <div className="ms-auto flex min-h-14 items-center gap-1 md:order-last">
        <LanguageButton />
        <ThemeButton />
        <Account {...props} />
      </div>
      <nav aria-label={say.pages} className="flex min-h-12 w-full items-center gap-1 overflow-x-auto md:w-auto">
        <Item to="/" title={say.overview} />
        {own.map(({ path, title }) => (
          <Item key={path} to={path} title={title[language]} />
        ))}
        {ownLists
          .filter(({ permission }) => can(permission))
          .map(({ name, title }) => (
            <Link
              key={name}
              to="/modules/$name"
              params={{ name }}
              activeOptions={{ includeSearch: false }}
              className={ITEM}
              activeProps={ACTIVE}
            >
              {title[language]}
            </Link>
          ))}
        <Item to="/account" title={say.myAccount} />
      </nav>
    </header>
  );
}

function Item({
  to,
  title,
}: {
  readonly to: '/' | '/account' | (typeof pages)[number]['path'];
  readonly title: string;
}) {
  return (
    <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={ITEM} activeProps={ACTIVE}>
      {title}
    </Link>
  );
}
