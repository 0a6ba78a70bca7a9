import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Holdings as Held, Matrix } from '#client';
import { useMe } from '#app/server/session.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Badge } from '#app/ui/badge.tsx';
import { Button } from '#app/ui/button.tsx';
import { Section } from '#app/ui/facts.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { SearchBox } from '#app/ui/list.tsx';
import { Menu, MenuItem } from '#app/ui/overlay/menu.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useChangeHoldings, type HoldingChange } from './changes.ts';
import { Decision } from './decision.tsx';
import { PermissionField } from './fields.tsx';
import { PermissionName, Refusal, RolePath } from './parts.tsx';
import { holdingsQuery, matrixQuery } from './queries.ts';
import { ADMIN, descriptionOf, isMatch } from './reach.ts';
import { words } from './words.ts';

const OPPOSITES = { assignRole: 'revokeRole', revokeRole: 'assignRole', grant: 'ungrant', ungrant: 'grant', deny: 'lift', lift: 'deny' } as const; // prettier-ignore

/** What a user holds, where it comes from, and why they may do something or not. */
export function Holdings({ userId, name }: { readonly userId: string; readonly name: string }) {
  const say = useTexts(words);
  const { undo } = useTexts(common);
  const { can } = useMe();
  const tell = useToast();
  const { data, error, refetch } = useQuery(holdingsQuery(userId));
  const { data: matrix } = useQuery(matrixQuery());
  const change = useChangeHoldings(userId);

  function act(wanted: HoldingChange): void {
    const back = { ...wanted, do: OPPOSITES[wanted.do] } as HoldingChange;
    const what = 'role' in wanted ? wanted.role : wanted.permission;
    change.mutate(wanted, {
      onSuccess: () => tell(say.done[wanted.do](what, name), { text: undo, run: () => change.mutate(back) }),
    });
  }

  if (error && !data) return <Failure error={error} permission="authorization.manage" onRetry={() => void refetch()} />;
  if (!data || !matrix) return <Skeleton rows={6} />;
  const parts = { held: data, matrix, isBusy: change.isPending, act };
  return (
    <div className="grid gap-6 px-5">
      {data.isSuspended && <p className="bg-warn-soft text-warn rounded-lg px-3 py-2">{say.suspended}</p>}
      <Refusal error={change.error} />
      <Roles {...parts} />
      <Direct {...parts} />
      {can('authorization.check') && <Why userId={userId} name={name} matrix={matrix} />}
      <Effective {...parts} />
    </div>
  );
}

interface PartProps {
  readonly held: Held;
  readonly matrix: Matrix;
  readonly isBusy: boolean;
  readonly act: (change: HoldingChange) => void;
}

function Roles({ held, matrix, isBusy, act }: PartProps) {
  const say = useTexts(words);
  const [chosen, setChosen] = useState('');
  const others = matrix.roles.map(({ name }) => name).filter((name) => !held.roles.includes(name));
  const role = others.includes(chosen) ? chosen : '';
  const idOf = (name: string) => matrix.roles.find((one) => one.name === name)?.id;
  return (
    <Section title={say.title}>
      <ul className="border-line divide-line divide-y rounded-xl border">
        {held.roles.map((name) => (
          <li key={name} className="flex min-h-11 items-center justify-between gap-3 px-4 py-1">
            <Link to="/roles" search={{ open: idOf(name) }} className="min-w-0 font-medium break-words hover:underline">
              <bdi>{name}</bdi>
            </Link>
            <Button
              look="danger"
              disabled={isBusy}
              aria-label={say.takeRole(name)}
              onClick={() => act({ do: 'revokeRole', role: name })}
            >
              {say.take}
            </Button>
          </li>
        ))}
        {held.roles.length === 0 && <li className="text-ink3 px-4 py-2.5">{say.noRoles}</li>}
      </ul>
      {others.length > 0 && (
        <div className="flex flex-wrap gap-2">
          <select
            aria-label={say.role}
            name="role"
            value={role}
            onChange={({ target }) => setChosen(target.value)}
            className="control min-w-40"
          >
            <option value="">{say.choose}</option>
            {others.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
          <Button disabled={role === '' || isBusy} onClick={() => act({ do: 'assignRole', role })}>
            {say.giveRole}
          </Button>
        </div>
      )}
    </Section>
  );
}

/** Grants and denials, which are the user's own and of no role. */
function Direct({ held, matrix, isBusy, act }: PartProps) {
  const say = useTexts(words);
  const [code, setCode] = useState('');
  const isAdmin = held.roles.includes(ADMIN);
  const rows = [
    ...held.grants.map((permission) => ({ permission, kind: 'grant' as const })),
    ...held.denials.map((permission) => ({ permission, kind: 'denial' as const })),
  ];
  return (
    <Section title={say.direct}>
      {rows.length > 0 && (
        <ul className="border-line divide-line divide-y rounded-xl border">
          {rows.map(({ permission, kind }) => (
            <li key={`${kind}${permission}`} className="flex min-h-11 flex-wrap items-center gap-x-3 px-4 py-1">
              <span className="min-w-0 flex-[1_1_160px]">
                <PermissionName code={permission} description={descriptionOf(matrix, permission)} />
              </span>
              <Badge state={kind === 'grant' ? 'ok' : 'bad'}>{say.kinds[kind]}</Badge>
              <Button
                disabled={isBusy}
                aria-label={`${say.kindEnds[kind]}: ${permission}`}
                onClick={() => act({ do: kind === 'grant' ? 'ungrant' : 'lift', permission })}
              >
                {say.kindEnds[kind]}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-end gap-2">
        <div className="min-w-0 flex-[1_1_224px]">
          <PermissionField label={say.permission} value={code} permissions={matrix.permissions} onChange={setCode} />
        </div>
        <Button
          disabled={code === '' || isBusy || held.grants.includes(code)}
          onClick={() => act({ do: 'grant', permission: code })}
        >
          {say.grant}
        </Button>
        <Button
          look="danger"
          disabled={code === '' || isBusy || isAdmin || held.denials.includes(code)}
          onClick={() => act({ do: 'deny', permission: code })}
        >
          {say.deny}
        </Button>
      </div>
      <p className="text-meta text-ink3">{isAdmin ? say.adminDenial : say.directHelp}</p>
    </Section>
  );
}

function Effective({ held, matrix, isBusy, act }: PartProps) {
  const say = useTexts(words);
  const { more } = useTexts(common);
  const fmt = useFmt();
  const [search, setSearch] = useState('');
  const catalogue = new Map(matrix.permissions.map((one) => [one.code, one]));
  const shown = held.permissions.filter(({ code }) =>
    isMatch(catalogue.get(code) ?? { code, description: '', module: '' }, toPlain(search)),
  );
  const isAdmin = held.roles.includes(ADMIN);
  return (
    <Section title={say.effective(fmt.number(held.permissions.length))}>
      <div className="flex">
        <SearchBox value={search} label={say.filter} onChange={setSearch} />
      </div>
      <ul className="border-line divide-line divide-y rounded-xl border">
        {shown.map(({ code, paths, isGranted }) => (
          <li key={code} className="flex min-h-10 items-center gap-3 px-4 py-1">
            <span className="flex min-w-0 flex-1 flex-wrap items-center justify-between gap-x-4 gap-y-1">
              <PermissionName code={code} description={catalogue.get(code)?.description} />
              <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
                {paths.map((path) => (
                  <RolePath key={path.join('\n')} roles={path} matrix={matrix} />
                ))}
                {isGranted && <Badge state="ok">{say.kinds.grant}</Badge>}
              </span>
            </span>
            {!isAdmin && (
              <Menu
                trigger={
                  <Button isSquare look="quiet" disabled={isBusy} aria-label={`${more}: ${code}`}>
                    <Icon name="more" />
                  </Button>
                }
              >
                {isGranted && (
                  <MenuItem onSelect={() => act({ do: 'ungrant', permission: code })}>{say.kindEnds.grant}</MenuItem>
                )}
                <MenuItem isDanger onSelect={() => act({ do: 'deny', permission: code })}>
                  {say.deny}
                </MenuItem>
              </Menu>
            )}
          </li>
        ))}
        {shown.length === 0 && <li className="text-ink3 px-4 py-2.5">{say.nothingMatches}</li>}
      </ul>
    </Section>
  );
}

interface WhyProps {
  readonly userId: string;
  readonly name: string;
  readonly matrix: Matrix;
}

function Why({ userId, name, matrix }: WhyProps) {
  const say = useTexts(words);
  const [permission, setPermission] = useState('');
  return (
    <Section title={say.why}>
      <PermissionField
        label={say.whyPermission(name)}
        value={permission}
        permissions={matrix.permissions}
        onChange={setPermission}
      />
      {permission !== '' && <Decision question={{ userId, permission }} name={name} />}
    </Section>
  );
}
