import { settings } from '#app/app/settings.ts';
import { AsCall } from '#app/list/call.tsx';
import { useKeySwitch } from '#app/app/frame/keys.ts';
import { themes, useTheme } from '#app/app/theme.ts';
import { setLanguage, useLanguage, useTexts } from '#app/text/language.ts';
import mark from '#app/mark.svg';
import { Fact, Facts } from '#app/ui/facts.tsx';
import { Chips, ListTitle, usePageTitle } from '#app/ui/list.tsx';
import { Card } from '#app/ui/card.tsx';
import { Links } from './links.tsx';
import { Server } from './server.tsx';
import { words } from './words.ts';

/** What this browser keeps, and what the server says of itself. */
export function SettingsPage() {
  const say = useTexts(words);
  usePageTitle(say.title, settings.names[useLanguage()]);
  return (
    <>
      <ListTitle title={say.title} page={undefined}>
        <AsCall call={{ path: '/health' }} />
      </ListTitle>
      <div className="grid items-start gap-4 xl:grid-cols-2">
        <div className="grid gap-4">
          <ThisBrowser />
          <Brand />
        </div>
        <Links />
      </div>
      <Server />
    </>
  );
}

function ThisBrowser() {
  const say = useTexts(words);
  const language = useLanguage();
  const [theme, , setTheme] = useTheme();
  const [hasKeys, toggleKeys] = useKeySwitch();
  return (
    <Card title={say.yours}>
      <Facts>
        <Fact name={say.language}>
          <Chips
            isWide
            label={say.language}
            value={language}
            options={(['en', 'fa'] as const).map((one) => [one, say.languages[one]] as const)}
            onChange={setLanguage}
          />
        </Fact>
        <Fact name={say.theme}>
          <Chips
            isWide
            label={say.theme}
            value={theme}
            options={themes.map((one) => [one, say.themes[one]] as const)}
            onChange={setTheme}
          />
        </Fact>
        <Fact name={say.keys}>
          <div className="grid gap-1">
            <Chips
              isWide
              label={say.keys}
              value={hasKeys ? 'on' : 'off'}
              options={[
                ['on', say.keysOn],
                ['off', say.keysOff],
              ]}
              onChange={(next) => (next === 'on') !== hasKeys && toggleKeys()}
            />
            <p className="text-meta text-ink3">{say.keysHelp}</p>
          </div>
        </Fact>
      </Facts>
    </Card>
  );
}

function Brand() {
  const say = useTexts(words);
  const { names, logoUrl } = settings;
  return (
    <Card title={say.brand}>
      <Facts>
        <Fact name={say.name.en}>
          <bdi lang="en">{names.en}</bdi>
        </Fact>
        <Fact name={say.name.fa}>
          <bdi lang="fa">{names.fa}</bdi>
        </Fact>
        <Fact name={say.logo}>
          <span className="flex items-center gap-3">
            <img src={logoUrl ?? mark} alt="" className="h-7" />
            {logoUrl === null ? say.mark : say.ownLogo}
          </span>
        </Fact>
      </Facts>
      <p className="text-meta text-ink3 px-5 pt-1 pb-1">{say.brandHelp}</p>
    </Card>
  );
}
