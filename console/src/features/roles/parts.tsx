import { Link } from '@tanstack/react-router';
import { ApiError } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { FormFailure } from '#app/ui/form/form.tsx';
import { words } from './words.ts';

const TABS = [
  ['/roles', 'list', 'authorization.manage'],
  ['/roles/matrix', 'matrix', 'authorization.manage'],
  ['/roles/why', 'why', 'authorization.check'],
] as const;

/** Between the pages about roles; what the reader may not open is absent. */
export function RolesNav() {
  const say = useTexts(words);
  const { can } = useMe();
  const shown = TABS.filter(([, , permission]) => can(permission));
  if (shown.length < 2) return null;
  return (
    <nav aria-label={say.views.label} className="border-line -mt-2 flex gap-1 overflow-x-auto border-b">
      {shown.map(([to, name]) => (
        <Link
          key={to}
          to={to}
          search={{}}
          activeOptions={{ exact: true, includeSearch: false }}
          className="text-ink2 inline-flex min-h-10 items-center border-b-2 border-transparent px-2.5 whitespace-nowrap -outline-offset-2!"
          activeProps={{ className: 'border-kashi! text-ink! font-semibold', 'aria-current': 'page' }}
        >
          {say.views[name]}
        </Link>
      ))}
    </nav>
  );
}

/** The words of a refusal, and which permissions or roles the reader lacks for what was tried. */
export function Refusal({ error }: { readonly error: unknown }) {
  const say = useTexts(words);
  if (!error) return null;
  const lacking = error instanceof ApiError ? namesIn(error.problem) : [];
  return (
    <div className="grid gap-1">
      <FormFailure error={error} />
      {lacking.length > 0 && (
        <p className="text-meta text-ink2">
          {say.lacking} <bdi className="font-mono">{lacking.join(', ')}</bdi>
        </p>
      )}
    </div>
  );
}

function namesIn(problem: object): string[] {
  const { permissions = [], roles = [] } = problem as { permissions?: unknown; roles?: unknown };
  return [permissions, roles].flatMap((names) => (Array.isArray(names) ? names.map(String) : []));
}
