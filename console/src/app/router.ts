import { createRouter } from '@tanstack/react-router';
import { accountRoutes } from './routes/account.ts';
import { identity } from './routes/identity.ts';
import { operate } from './routes/operate.ts';
import { root } from './routes/root.tsx';
import { trust } from './routes/trust.ts';
import { work } from './routes/work.ts';
import { settings } from './settings.ts';

export const router = createRouter({
  routeTree: root.addChildren([...operate, ...identity, ...work, ...trust, ...accountRoutes]),
  basepath: `${settings.prefix}/console`,
  defaultPreload: 'intent',
  scrollRestoration: true,
  // Plain words in the address, as people write them.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString();
    return text === '' ? '' : `?${text}`;
  },
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
