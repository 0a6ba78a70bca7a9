import { useMe } from '#app/server/session.tsx';
import { useLanguage, useTexts } from '#app/text/language.ts';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { own, pages } from '../pages.ts';
import { words } from '../words.ts';

/** What each key does here; those of pages that the reader may not open are absent. */
export function KeyList({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  const language = useLanguage();
  const { can } = useMe();
  const allowed = [...own, ...pages.filter(({ permission }) => can(permission))];
  const rows = [...say.keyList, ...allowed.map(({ key, title }) => [`g ${key}`, say.goTo(title[language])])];
  return (
    <Drawer title={say.keys} onClose={onClose}>
      <dl className="divide-line divide-y px-5">
        {rows.map(([key, text]) => (
          <div key={key} className="flex items-center justify-between gap-4 py-2">
            <dt dir="ltr">
              <kbd className="border-line2 rounded border px-1.5 font-mono text-[12px]">{key}</kbd>
            </dt>
            <dd className="text-ink2">{text}</dd>
          </div>
        ))}
      </dl>
    </Drawer>
  );
}
