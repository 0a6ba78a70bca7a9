import { useLanguage } from '#app/text/language.ts';
import mark from '#app/mark.svg';
import { settings } from '../settings.ts';

/** The mark and the name of the installation. */
export function Brand() {
  const language = useLanguage();
  return (
    <p className="flex items-center gap-2.5 px-2 py-1 text-[15px] font-semibold">
      <img src={settings.logoUrl ?? mark} alt="" className="h-7" />
      {settings.names[language]}
    </p>
  );
}
