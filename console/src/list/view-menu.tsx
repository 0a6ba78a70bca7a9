import { useFmt } from '#app/text/fmt.ts';
import { useTexts } from '#app/text/language.ts';
import { Button } from '#app/ui/button.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Menu, MenuCheck, MenuLine } from '#app/ui/overlay/menu.tsx';
import { words } from '#app/ui/words.ts';
import type { Column } from './columns.ts';
import { PAGE_SIZES, type ListView } from './view.ts';

interface ViewMenuProps<T> {
  readonly columns: readonly Column<T>[];
  readonly view: ListView;
  readonly onChange: (change: Partial<ListView>) => void;
}

/** Columns, density, and rows of a page. */
export function ViewMenu<T>({ columns, view, onChange }: ViewMenuProps<T>) {
  const say = useTexts(words);
  const fmt = useFmt();
  const { switched, isDense, size } = view;
  const flip = (key: string) =>
    onChange({ switched: switched.includes(key) ? switched.filter((one) => one !== key) : [...switched, key] });
  return (
    <Menu
      trigger={
        <Button isSquare look="quiet" aria-label={say.view} title={say.view}>
          <Icon name="columns" />
        </Button>
      }
    >
      {columns.map(({ key, title, isExtra = false }) => (
        <MenuCheck key={key} isChecked={isExtra === switched.includes(key)} onChange={() => flip(key)}>
          {title}
        </MenuCheck>
      ))}
      <MenuLine />
      <MenuCheck isChecked={isDense} onChange={(next) => onChange({ isDense: next })}>
        {say.dense}
      </MenuCheck>
      <MenuLine />
      {PAGE_SIZES.map((one) => (
        <MenuCheck key={one} isChecked={one === size} onChange={() => onChange({ size: one })}>
          {say.pageSize(fmt.number(one))}
        </MenuCheck>
      ))}
    </Menu>
  );
}
