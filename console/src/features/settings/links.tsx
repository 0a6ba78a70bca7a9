import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { settings } from '#app/app/settings.ts';
import { useMe } from '#app/server/session.tsx';
import { useTexts } from '#app/text/language.ts';
import { Code } from '#app/ui/code.tsx';
import { Drawer } from '#app/ui/overlay/drawer.tsx';
import { Icon } from '#app/ui/icons.tsx';
import { Failure, Skeleton } from '#app/ui/states.tsx';
import { Card } from '#app/ui/card.tsx';
import { metricsQuery } from './queries.ts';
import { words } from './words.ts';

const route = getRouteApi('/settings');
const PERMISSION = 'observability.read';
const LINE = 'hover:bg-raised flex items-center justify-between gap-3 px-5 py-2.5 -outline-offset-2!';

/** Pages of the server beside the console. */
export function Links() {
  const say = useTexts(words);
  const { can } = useMe();
  const { open } = route.useSearch();
  const navigate = route.useNavigate();
  const links = [
    ['/docs/api', say.reference, say.referenceText],
    ['/docs', say.manual, say.manualText],
    ['/problems', say.problems, say.problemsText],
    ['/asyncapi.json', say.events, say.eventsText],
  ] as const;
  return (
    <Card title={say.links}>
      <ul className="divide-line divide-y">
        {links.map(([path, title, text]) => (
          <li key={path}>
            <a href={`${settings.prefix}${path}`} target="_blank" rel="noreferrer" className={LINE}>
              <About title={title} text={text} />
              <span className="sr-only">{say.newTab}</span>
              <Icon name="external" className="text-ink3 mirrored" />
            </a>
          </li>
        ))}
        {can(PERMISSION) && (
          <li>
            <Link to="/settings" search={{ open: 'metrics' }} className={LINE}>
              <About title={say.metrics} text={say.metricsText} />
              <Icon name="chevron" className="text-ink3 mirrored" />
            </Link>
          </li>
        )}
      </ul>
      {open === 'metrics' && <Metrics onClose={() => void navigate({ search: {} })} />}
    </Card>
  );
}

function About({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <span className="grid">
      <span className="text-kashi font-medium">{title}</span>
      <span className="text-meta text-ink3">{text}</span>
    </span>
  );
}

function Metrics({ onClose }: { readonly onClose: () => void }) {
  const say = useTexts(words);
  const { data, error, refetch } = useQuery(metricsQuery);
  return (
    <Drawer title={say.metrics} isWide onClose={onClose}>
      <div className="p-5">
        {data && <Code name={say.metrics} text={data} />}
        {!data && error && <Failure error={error} permission={PERMISSION} onRetry={() => void refetch()} />}
        {!data && !error && <Skeleton />}
      </div>
    </Drawer>
  );
}
