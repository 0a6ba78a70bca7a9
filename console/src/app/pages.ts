import type { IconName } from '#app/ui/icons.tsx';
import { settings, type MenuItem } from './settings.ts';
import { words } from './words.ts';

export const groups = ['operate', 'identity', 'work', 'trust'] as const;
/** `foot`: below all groups, beside the settings. */
export type Group = (typeof groups)[number] | 'foot';

/** Pages of what people do for themselves and of development, by which operators are not known. */
const NOT_OPERATED: ReadonlySet<Group> = new Set(['work', 'foot']);

export interface ConsolePage extends MenuItem {
  readonly path:
    | '/todos'
    | '/users'
    | '/audit'
    | '/integrity'
    | '/roles'
    | '/organisations'
    | '/logs'
    | '/incidents'
    | '/files'
    | '/scheduler'
    | '/messages'
    | '/observability'
    | '/webhooks'
    | '/profiles'
    | '/notifications'
    | '/mailbox';
  readonly icon: IconName;
  readonly group: Group;
  /** After `g`. */
  readonly key: string;
}

/** What the console adds to the menu items of the modules: only pages that it has are shown. */
const looks: readonly Omit<ConsolePage, 'title' | 'permission'>[] = [
  { path: '/observability', icon: 'requests', group: 'operate', key: 'b' },
  { path: '/logs', icon: 'logs', group: 'operate', key: 'l' },
  { path: '/incidents', icon: 'incidents', group: 'operate', key: 'i' },
  { path: '/scheduler', icon: 'scheduler', group: 'operate', key: 's' },
  { path: '/messages', icon: 'messages', group: 'operate', key: 'm' },
  { path: '/webhooks', icon: 'webhook', group: 'operate', key: 'w' },
  { path: '/users', icon: 'users', group: 'identity', key: 'u' },
  { path: '/roles', icon: 'roles', group: 'identity', key: 'r' },
  { path: '/organisations', icon: 'organisations', group: 'identity', key: 'c' },
  { path: '/todos', icon: 'todos', group: 'work', key: 't' },
  { path: '/audit', icon: 'audit', group: 'trust', key: 'a' },
  { path: '/integrity', icon: 'integrity', group: 'trust', key: 'y' },
  { path: '/files', icon: 'files', group: 'work', key: 'f' },
  { path: '/profiles', icon: 'profile', group: 'identity', key: 'p' },
  { path: '/notifications', icon: 'bell', group: 'work', key: 'n' },
  { path: '/mailbox', icon: 'mail', group: 'foot', key: 'd' },
];

/** Pages of the console itself, which everybody has. */
export const own = [
  { path: '/', title: { en: words.en.overview, fa: words.fa.overview }, icon: 'overview', key: 'o' },
  { path: '/settings', title: { en: words.en.settings, fa: words.fa.settings }, icon: 'settings', key: ',' },
  { path: '/account', title: { en: words.en.myAccount, fa: words.fa.myAccount }, icon: 'profile', key: 'h' },
  { path: '/exports', title: { en: words.en.myExports, fa: words.fa.myExports }, icon: 'download', key: 'x' },
] as const satisfies readonly object[];

export const pages: readonly ConsolePage[] = looks.flatMap((look) => {
  const item = settings.menu.find(({ path }) => path === look.path);
  return item ? [{ ...item, ...look }] : [];
});

/** A page that the console makes of a list of the API, for a module outside this program. */
export interface OwnList extends Omit<MenuItem, 'path'> {
  /** In its address: `/modules/name`. */
  readonly name: string;
  readonly list: NonNullable<MenuItem['list']>;
}

export const ownLists: readonly OwnList[] = settings.menu.flatMap(({ path, list, ...item }) =>
  list ? [{ ...item, list, name: path.slice(1) }] : [],
);

/** Whether somebody operates the installation; others see their own things only. */
export function isOperator(can: (permission: string) => boolean): boolean {
  return (
    can('observability.read') || pages.some(({ group, permission }) => !NOT_OPERATED.has(group) && can(permission))
  );
}
