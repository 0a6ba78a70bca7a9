import type { Config } from '#platform/config/load.ts';
import { readableOn } from './contrast.ts';
import type { Branding, Logo } from './port.ts';

/** Text and paper of mails and pages. */
const INK = '#16242d';
const PAPER = '#fdfcf9';
const BLACK = '#000000'; // either white or black has enough contrast to any colour
const OWN_NAMES = { en: 'Bonyan', fa: 'بنیان' };

type BrandingConfig = Pick<
  Config,
  'appName' | 'appNameFa' | 'appUrl' | 'appColor' | 'appLogo' | 'language' | 'timeZone' | 'publicUrl'
>;

export function createBranding(config: BrandingConfig): Branding {
  const { appName, appNameFa, appUrl, appColor: accent, appLogo, language, timeZone, publicUrl } = config;
  return {
    names: { en: appName ?? OWN_NAMES.en, fa: appNameFa ?? appName ?? OWN_NAMES.fa },
    signInName: appName ?? new URL(publicUrl).hostname,
    linkBase: appUrl ?? publicUrl,
    colors: {
      accent,
      onAccent: readableOn(accent, ['#ffffff', INK, BLACK]),
      text: readableOn(PAPER, [accent, INK]),
    },
    logo: appLogo && toLogo(appLogo),
    language,
    timeZone,
  };
}

function toLogo({ bytes, contentType }: Omit<Logo, 'dataUrl'>): Logo {
  return { bytes, contentType, dataUrl: `data:${contentType};base64,${bytes.toString('base64')}` };
}
