import { useKeySwitch } from '#app/app/frame/keys.ts';
import { own, ownLists, pages } from '#app/app/pages.ts';
import { useTheme } from '#app/app/theme.ts';
import { words as frame } from '#app/app/words.ts';
import { useMe, useSession } from '#app/server/session.tsx';
import { setLanguage, useLanguage, useTexts, type Texts } from '#app/text/language.ts';
import type { IconName } from '#app/ui/icons.tsx';
import { actions } from './actions.ts';
import { rank, type Command } from './commands.ts';
import { words } from './words.ts';

export interface Line {
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly does: Command['does'];
  /** That do the same. */
  readonly keys?: string;
}

export interface Lines {
  readonly title: string;
  readonly lines: readonly Line[];
}

const FRAME_ICONS = { language: 'language', theme: 'system', keys: 'menu', signOut: 'external' } as const;

/** The lines that fit what was typed, best first, and that the user may use. */
export function useLines(typed: string, here: readonly Command[], onHelp: () => void): readonly Lines[] {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const frameCommands = useFrameCommands(onHelp);
  const paths = new Set<string>([...pages, ...own].map(({ path }) => path));

  const toLines = (commands: readonly (Command & { readonly keys?: string })[]): Line[] =>
    commands
      .filter(({ permission }) => permission === undefined || can(permission))
      .map((command) => ({ command, fits: rank(command, typed) }))
      .filter(({ fits }) => fits > 0)
      .toSorted((a, b) => b.fits - a.fits)
      .map(({ command: { title, icon = 'chevron', does, keys } }) => ({
        id: `${title.en} ${typeof does === 'string' ? does : ''}`,
        title: title[language],
        icon,
        does,
        ...(keys !== undefined && { keys }),
      }));

  const toPages: (Command & { readonly keys?: string })[] = [
    ...own.map(({ path, title, icon, key }) => ({ title, icon, does: path, keys: `g ${key}` })),
    ...pages.map(({ path, title, icon, permission, key }) => ({
      title,
      icon,
      permission,
      names: path.slice(1),
      does: path,
      keys: `g ${key}`,
    })),
    ...ownLists.map(({ name, title, permission }) => ({
      title,
      icon: 'work' as const,
      permission,
      names: name,
      does: `/modules/${name}`,
    })),
  ];
  const known = actions.filter(({ does }) => paths.has(does.split('?')[0] ?? ''));
  return [
    { title: say.here, lines: toLines(here) },
    { title: say.goTo, lines: toLines(toPages) },
    { title: say.actions, lines: toLines([...known, ...frameCommands]) },
  ];
}

/** What the frame can do, named in both languages by its own words. */
function useFrameCommands(onHelp: () => void): readonly Command[] {
  const language = useLanguage();
  const [, , setTheme] = useTheme();
  const [hasKeys, toggleKeys] = useKeySwitch();
  const { signOut } = useSession();
  const both = (read: (say: (typeof frame)['en']) => string): Texts<string> => ({
    en: read(frame.en),
    fa: read(frame.fa),
  });
  const other = language === 'en' ? 'fa' : 'en';
  return [
    {
      title: { en: 'فارسی', fa: 'English' },
      names: 'language persian english farsi زبان فارسی انگلیسی',
      icon: FRAME_ICONS.language,
      does: () => setLanguage(other),
    },
    ...(['light', 'dark', 'system'] as const).map((theme) => ({
      title: both((say) => say.themes[theme]),
      icon: theme,
      does: () => setTheme(theme),
    })),
    { title: both((say) => say.keys), names: 'help راهنما', icon: FRAME_ICONS.keys, does: onHelp },
    { title: both((say) => (hasKeys ? say.keysOff : say.keysOn)), icon: FRAME_ICONS.keys, does: toggleKeys },
    { title: both((say) => say.signOut), names: 'log out', icon: FRAME_ICONS.signOut, does: () => void signOut() },
  ];
}
