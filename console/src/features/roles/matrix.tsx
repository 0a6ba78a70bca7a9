import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { useFmt } from '#app/text/fmt.ts';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { toPlain } from '#app/text/typed.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Choice, ListTitle, SearchBox, usePageTitle } from '#app/ui/list.tsx';
import { Menu, MenuCheck } from '#app/ui/overlay/menu.tsx';
import { Empty, Failure, Skeleton, Stale } from '#app/ui/states.tsx';
import { useToast } from '#app/ui/overlay/toast.tsx';
import { words as common } from '#app/ui/words.ts';
import { useSetPermission } from './changes.ts';
import { MatrixGrid } from './grid.tsx';
import { Refusal, RolesNav } from './parts.tsx';
import { MATRIX, matrixQuery } from './queries.ts';
import { byModule, isMatch, reachOf } from './reach.ts';
import type { MatrixSearch } from './search.ts';
import { words } from './words.ts';

const route = getRouteApi('/roles/matrix');

/** Every role and every permission, and what a click changes for all who hold the role. */
export function MatrixPage() {
  const say = useTexts(words);
  const { undo } = useTexts(common);
  const fmt = useFmt();
  const tell = useToast();
  const { search = '', module, hide = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, dataUpdatedAt, refetch } = useQuery(matrixQuery());
  const set = useSetPermission();
  usePageTitle(say.matrix, settings.names[useLanguage()]);

  const change = (roleName: string, permissionCode: string, isOn: boolean) =>
    set.mutate(
      { roleName, permissionCode, isOn },
      {
        onSuccess: () =>
          tell(isOn ? say.given(permissionCode, roleName) : say.taken(permissionCode, roleName), {
            text: undo,
            run: () => set.mutate({ roleName, permissionCode, isOn: !isOn }),
          }),
      },
    );
  const filter = (part: MatrixSearch) => void navigate({ search: (before) => ({ ...before, ...part }) });
  const hidden = hide === '' ? [] : hide.split('.');
  const setHidden = (ids: readonly string[]) => filter({ hide: ids.join('.') || undefined });
  const modules = data ? byModule(data.permissions) : [];
  const shown = modules
    .filter(([name]) => module === undefined || name === module)
    .map(([name, own]) => [name, own.filter((one) => isMatch(one, toPlain(search)))] as const)
    .filter(([, own]) => own.length > 0);
  const roles = data?.roles.filter(({ id }) => !hidden.includes(id)) ?? [];
  return (
    <>
      <RolesNav />
      <ListTitle title={say.matrix} page={undefined}>
        <div className="flex flex-wrap items-center gap-2">
          <AsCall call={{ path: MATRIX }} />
          {data && (
            <Menu
              trigger={<RolesButton text={say.shownRoles(fmt.number(roles.length), fmt.number(data.roles.length))} />}
            >
              {data.roles.map(({ id, name }) => (
                <MenuCheck
                  key={id}
                  isChecked={!hidden.includes(id)}
                  onChange={(isOn) => setHidden(isOn ? hidden.filter((one) => one !== id) : [...hidden, id])}
                >
                  <bdi>{name}</bdi>
                </MenuCheck>
              ))}
            </Menu>
          )}
        </div>
      </ListTitle>
      {data && (
        <p className="text-ink2 -mt-2">
          {say.matrixState(
            fmt.number(data.roles.length),
            fmt.number(data.permissions.length),
            fmt.number(modules.length),
          )}
        </p>
      )}
      <div role="search" className="flex flex-wrap items-center gap-2">
        <SearchBox value={search} label={say.filter} onChange={(text) => filter({ search: text || undefined })} />
        <Choice
          label={say.module}
          value={module ?? ''}
          options={[['', say.everyModule], ...modules.map(([name]) => [name, say.modules[name] ?? name] as const)]}
          onChange={(name) => filter({ module: name || undefined })}
        />
        {(search !== '' || module !== undefined) && (
          <Button look="quiet" onClick={() => filter({ search: undefined, module: undefined })}>
            {say.clear}
          </Button>
        )}
      </div>
      {error && data && <Stale since={dataUpdatedAt} onRetry={() => void refetch()} />}
      <Refusal error={set.error} />
      {data && shown.length > 0 && (
        <>
          <Legend />
          <MatrixGrid
            roles={roles}
            modules={shown}
            reach={reachOf(data)}
            busy={set.isPending ? set.variables : null}
            onChange={change}
          />
        </>
      )}
      {(!data || shown.length === 0) && (
        <div className="border-line min-h-24 rounded-xl border">
          {data && <Empty text={say.nothingMatches} />}
          {!data && !error && <Skeleton rows={10} />}
          {!data && error && <Failure error={error} permission="authorization.manage" onRetry={() => void refetch()} />}
        </div>
      )}
    </>
  );
}

function RolesButton({ text, ...props }: { readonly text: string }) {
  return (
    <Button look="quiet" {...props}>
      <Icon name="columns" />
      {text}
    </Button>
  );
}

function Legend() {
  const say = useTexts(words);
  return (
    <ul className="text-meta text-ink2 flex flex-wrap items-center gap-x-5 gap-y-1">
      <li className="flex items-center gap-1.5">
        <span className="bg-kashi text-onkashi grid size-5 place-items-center rounded-md">
          <Icon name="check" className="size-3.5" />
        </span>
        {say.cellOwn}
      </li>
      <li className="flex items-center gap-1.5">
        <span className="border-line2 text-ink2 grid size-5 place-items-center rounded-md border border-dashed">
          <Icon name="check" className="size-3.5" />
        </span>
        {say.cellIncluded}
      </li>
      <li>{say.gridHelp}</li>
    </ul>
  );
}
