import { memo, type KeyboardEvent } from 'react';
import type { Permission, Role } from '#client';
import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Icon } from '#app/ui/icons.tsx';
import { ADMIN, type Reach } from './reach.ts';
import { words } from './words.ts';

type Change = (roleName: string, permissionCode: string, isOn: boolean) => void;

interface MatrixGridProps {
  readonly roles: readonly Role[];
  readonly modules: readonly (readonly [string, readonly Permission[]])[];
  readonly reach: Reach;
  /** What is being changed. */
  readonly busy: { readonly roleName: string; readonly permissionCode: string } | null;
  readonly onChange: Change;
}

/** A grid of one tab stop: arrows, Home and End move over the cells, Space or Enter changes one. */
export function MatrixGrid({ roles, modules, reach, busy, onChange }: MatrixGridProps) {
  const say = useTexts(words);
  const fmt = useFmt();
  const first = modules[0]?.[1][0]?.code;
  return (
    <div className="border-line max-h-[calc(100dvh-308px)] min-h-72 scroll-ps-48 scroll-pt-24 overflow-auto rounded-xl border sm:scroll-ps-96">
      <table
        role="grid"
        aria-label={say.matrix}
        onKeyDown={move}
        onFocus={holdTabStop}
        className="border-separate border-spacing-0"
      >
        <thead>
          <tr>
            <th
              scope="col"
              className="bg-raised border-line text-meta text-ink2 sticky start-0 top-0 z-30 h-12 w-44 min-w-44 border-e border-b px-3 text-start font-medium sm:w-96 sm:min-w-96"
            >
              {say.permission}
            </th>
            {roles.map(({ id, name }) => (
              <th
                key={id}
                scope="col"
                className="bg-raised border-line text-meta text-ink2 sticky top-0 z-20 border-b px-2 text-center font-medium"
              >
                <bdi title={name} className="text-ink mx-auto block max-w-28 min-w-14 truncate">
                  {name}
                </bdi>
                <span className="text-ink3 font-normal">{fmt.number(reach.get(name)?.size ?? 0)}</span>
              </th>
            ))}
            <th aria-hidden="true" className="bg-raised border-line sticky top-0 z-20 w-full border-b" />
          </tr>
        </thead>
        {modules.map(([module, permissions]) => (
          <tbody key={module}>
            <tr>
              <th
                scope="rowgroup"
                colSpan={roles.length + 2}
                className="bg-sheet border-line text-ink2 sticky top-12 z-20 border-b px-3 pt-3 pb-1 text-start font-semibold"
              >
                <span className="sticky start-3">
                  {say.modules[module] ?? module}
                  <span className="text-ink3 text-meta ms-2 font-normal">{fmt.number(permissions.length)}</span>
                </span>
              </th>
            </tr>
            {permissions.map((permission) => (
              <Row
                key={permission.code}
                permission={permission}
                roles={roles}
                reach={reach}
                isFirst={permission.code === first}
                busyRole={busy?.permissionCode === permission.code ? busy.roleName : null}
                onChange={onChange}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

interface RowProps {
  readonly permission: Permission;
  readonly roles: readonly Role[];
  readonly reach: Reach;
  readonly isFirst: boolean;
  readonly busyRole: string | null;
  readonly onChange: Change;
}

function Row({ permission: { code, description }, roles, reach, isFirst, busyRole, onChange }: RowProps) {
  return (
    <tr className="group" data-cells>
      <th
        scope="row"
        title={description}
        className="bg-sheet group-hover:bg-raised border-line sticky start-0 z-10 border-e border-b px-3 py-1 text-start font-normal"
      >
        <bdi dir="ltr" className="block font-mono text-[12px] break-all rtl:text-end">
          {code}
        </bdi>
        <span className="text-meta text-ink3 line-clamp-2 max-w-90 max-sm:hidden">{description}</span>
      </th>
      {roles.map(({ id, name, permissions }, column) => (
        <Cell
          key={id}
          role={name}
          code={code}
          isOwn={permissions.includes(code)}
          from={reach.get(name)?.get(code)}
          isBusy={busyRole === name}
          isTabStop={isFirst && column === 0}
          onChange={onChange}
        />
      ))}
      <td className="border-line border-b" />
    </tr>
  );
}

interface CellProps {
  readonly role: string;
  readonly code: string;
  /** The role itself has it. */
  readonly isOwn: boolean;
  /** The role that it comes from, if it has it at all. */
  readonly from: string | undefined;
  readonly isBusy: boolean;
  readonly isTabStop: boolean;
  readonly onChange: Change;
}

const Cell = memo(function Cell({ role, code, isOwn, from, isBusy, isTabStop, onChange }: CellProps) {
  const say = useTexts(words);
  const isFixed = role === ADMIN;
  const isGiven = isOwn || isFixed;
  const state = isGiven ? say.cellOwn : from !== undefined ? say.through(from) : say.cellNone;
  const look = isGiven
    ? `bg-kashi text-onkashi ${isFixed ? 'opacity-60' : ''}`
    : from !== undefined
      ? 'border border-dashed border-line2 text-ink2'
      : 'text-transparent group-hover:border group-hover:border-line';
  return (
    <td className="border-line group-hover:bg-raised border-b p-0 text-center">
      <button
        type="button"
        data-cell
        tabIndex={isTabStop ? 0 : -1}
        aria-label={`${code}, ${role}: ${state}`}
        aria-pressed={isGiven}
        aria-disabled={isFixed || isBusy}
        title={`${role}: ${state}`}
        onClick={() => !isFixed && !isBusy && onChange(role, code, !isOwn)}
        className={`mx-auto grid size-8 place-items-center rounded-lg -outline-offset-2! ${isBusy ? 'animate-pulse' : ''}`}
      >
        <span className={`grid size-5 place-items-center rounded-md ${look}`}>
          <Icon name="check" className="size-3.5" />
        </span>
      </button>
    </td>
  );
});

/** The next Tab comes back to the cell that had the focus last. */
function holdTabStop({ target, currentTarget }: React.FocusEvent<HTMLTableElement>): void {
  if (!target.matches('[data-cell]')) return;
  for (const cell of currentTarget.querySelectorAll<HTMLElement>('[data-cell][tabindex="0"]')) cell.tabIndex = -1;
  (target as HTMLElement).tabIndex = 0;
}

function move(event: KeyboardEvent<HTMLTableElement>): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-cell]');
  if (!cell) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-cells]')].map((row) => [
    ...row.querySelectorAll<HTMLElement>('[data-cell]'),
  ]);
  const row = rows.findIndex((cells) => cells.includes(cell));
  const column = rows[row]?.indexOf(cell) ?? 0;
  const forward = getComputedStyle(event.currentTarget).direction === 'rtl' ? -1 : 1;
  const last = (rows[row]?.length ?? 1) - 1;
  const to = {
    ArrowDown: rows[row + 1]?.[column],
    ArrowUp: rows[row - 1]?.[column],
    ArrowRight: rows[row]?.[column + forward],
    ArrowLeft: rows[row]?.[column - forward],
    Home: (event.ctrlKey ? rows[0] : rows[row])?.[0],
    End: (event.ctrlKey ? rows.at(-1) : rows[row])?.[last],
    PageDown: rows[Math.min(rows.length - 1, row + 10)]?.[column],
    PageUp: rows[Math.max(0, row - 10)]?.[column],
  }[event.key];
  if (!to) return;
  event.preventDefault();
  to.focus();
}
