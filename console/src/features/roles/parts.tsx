import { ApiError } from '#client';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
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
  return (
    <PageTabs
      label={say.views.label}
      tabs={TABS.map(([to, name, permission]) => ({ to, permission, title: say.views[name], isExact: true }))}
    />
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
