import { Link, type LinkProps } from '@tanstack/react-router';
import { useMe } from '#app/server/session.tsx';

export interface PageTab extends Pick<LinkProps, 'search'> {
  readonly to: NonNullable<LinkProps['to']>;
  readonly title: string;
  /** Who lacks it does not see the tab. Left out: everybody sees it. */
  readonly permission?: string;
  /** A page below the address, such as an editor, does not belong to the tab. */
  readonly isExact?: boolean;
}

interface PageTabsProps {
  readonly label: string;
  readonly tabs: readonly PageTab[];
}

/**
 * Between pages that belong together, above the title of the shown one. Each has its own address: a path, or what `search`
 * names, where `undefined` is for an address without it. Nothing where its reader may see one page only.
 */
export function PageTabs({ label, tabs }: PageTabsProps) {
  const { can } = useMe();
  const shown = tabs.filter(({ permission }) => permission === undefined || can(permission));
  if (shown.length < 2) return null;
  return (
    <nav aria-label={label} className="border-line -mt-2 flex gap-1 overflow-x-auto border-b">
      {shown.map(({ title, to, search, isExact = false }) => (
        <Link
          key={title}
          to={to}
          search={search ?? {}}
          activeOptions={{ exact: isExact, includeSearch: search !== undefined, explicitUndefined: true }}
          className="text-ink2 hover:text-ink aria-[current=page]:border-kashi aria-[current=page]:text-ink inline-flex min-h-10 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap -outline-offset-2! aria-[current=page]:font-semibold"
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
