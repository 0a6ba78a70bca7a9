import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { DropdownMenu } from 'radix-ui';
import { useMe, useSession } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { setLanguage, useLanguage, useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Live } from './live.tsx';
import { useTheme } from '../theme.ts';
import { words } from '../words.ts';

const Bell = lazy(() => import('#app/features/inbox/bell.tsx').then((loaded) => ({ default: loaded.Bell })));
const ITEM = 'data-highlighted:bg-raised flex min-h-9 cursor-pointer items-center rounded-lg px-3 outline-none';

export interface AccountProps {
  readonly onKeys: () => void;
  readonly hasKeys: boolean;
  readonly onToggleKeys: () => void;
}

interface HeaderProps extends AccountProps {
  readonly onMenu: () => void;
}

export function Header({ onMenu, onKeys, hasKeys, onToggleKeys }: HeaderProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const now = new Date();
  return (
    <header className="border-line bg-sheet sticky top-0 z-30 flex min-h-14 items-center gap-1 rounded-t-2xl border-b px-3 sm:px-5">
      <Button look="quiet" isSquare className="lg:hidden" aria-label={say.openMenu} onClick={onMenu}>
        <Icon name="menu" className="size-5" />
      </Button>
      <p className="text-ink2 min-w-0 flex-1 truncate max-sm:hidden">{fmt.today(now)}</p>
      <p className="text-ink2 min-w-0 flex-1 truncate sm:hidden">{fmt.todayShort(now)}</p>
      <Live />
      <LanguageButton />
      <ThemeButton />
      <Suspense fallback={<span className="size-8" />}>
        <Bell />
      </Suspense>
      <Account onKeys={onKeys} hasKeys={hasKeys} onToggleKeys={onToggleKeys} />
    </header>
  );
}

export function LanguageButton() {
  const say = useTexts(words);
  const language = useLanguage();
  const other = language === 'en' ? 'fa' : 'en';
  return (
    <Button look="quiet" lang={other} onClick={() => setLanguage(other)}>
      <Icon name="language" />
      {say.otherLanguage}
    </Button>
  );
}

export function ThemeButton() {
  const say = useTexts(words);
  const [theme, next] = useTheme();
  return (
    <Button look="quiet" isSquare aria-label={say.themes[theme]} title={say.themes[theme]} onClick={next}>
      <Icon name={theme} />
    </Button>
  );
}

export function Account({ onKeys, hasKeys, onToggleKeys }: AccountProps) {
  const say = useTexts(words);
  const navigate = useNavigate();
  const { signOut } = useSession();
  const { firstName, lastName, email, phone } = useMe();
  // Joining letters would merge two initials into one shape.
  const initials = `${firstName.slice(0, 1)}\u200c${lastName.slice(0, 1)}`.toUpperCase();
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`${initials}: ${say.account}`}
        className="bg-ajor-soft text-ajor ms-1 grid size-8 cursor-pointer place-items-center rounded-full font-semibold"
      >
        {initials}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="bg-sheet border-line z-50 min-w-60 rounded-xl border p-1.5 shadow-xl"
        >
          <div className="grid px-3 py-2">
            <bdi className="font-semibold">{`${firstName} ${lastName}`}</bdi>
            <bdi className="text-meta text-ink3">{email ?? phone}</bdi>
          </div>
          <DropdownMenu.Separator className="bg-line my-1 h-px" />
          <DropdownMenu.Item className={ITEM} onSelect={() => void navigate({ to: '/account' })}>
            {say.myAccount}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={() => void navigate({ to: '/exports' })}>
            {say.myExports}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={onKeys}>
            {say.keys}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={onToggleKeys}>
            {hasKeys ? say.keysOff : say.keysOn}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={() => void signOut()}>
            {say.signOut}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
