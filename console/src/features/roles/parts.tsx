import { Fragment } from 'react';
import { Link } from '@tanstack/react-router';
import { ApiError, type Matrix } from '#client';
import { PageTabs } from '#app/app/frame/page-tabs.tsx';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
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

interface RolePathProps {
  /** Names of roles: the first is held, each includes the next. */
  readonly roles: readonly string[];
  /** To open the roles by; left out, they are no links. */
  readonly matrix?: Matrix | undefined;
}

/** How a permission is reached, step by step. */
export function RolePath({ roles, matrix }: RolePathProps) {
  return (
    <span className="inline-flex flex-wrap items-center gap-1">
      {roles.map((name, at) => (
        <Fragment key={name}>
          {at > 0 && <Icon name="arrow" className="text-ink3 size-3.5 rtl:-scale-x-100" />}
          <RoleName name={name} matrix={matrix} />
        </Fragment>
      ))}
    </span>
  );
}

function RoleName({ name, matrix }: { readonly name: string; readonly matrix: Matrix | undefined }) {
  const id = matrix?.roles.find((role) => role.name === name)?.id;
  const look = 'border-line bg-sheet text-meta text-ink inline-flex min-h-6 items-center rounded-md border px-1.5';
  if (id === undefined)
    return (
      <bdi className={look} data-role={name}>
        {name}
      </bdi>
    );
  return (
    <Link to="/roles" search={{ open: id }} data-role={name} className={`${look} hover:border-line2 hover:underline`}>
      <bdi>{name}</bdi>
    </Link>
  );
}

/** A permission by its code, and what it is for. */
export function PermissionName({
  code,
  description,
}: {
  readonly code: string;
  readonly description?: string | undefined;
}) {
  return (
    <span className="grid min-w-0">
      <span>
        <bdi className="font-mono text-[12px] break-all">{code}</bdi>
      </span>
      {description !== undefined && <span className="text-meta text-ink3">{description}</span>}
    </span>
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
