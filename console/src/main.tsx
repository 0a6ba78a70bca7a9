import './index.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { setNonce } from 'get-nonce';
import { Direction } from 'radix-ui';
import { Shell } from './app/shell.tsx';
import { SessionProvider } from './server/session.tsx';
import { directionOf, useLanguage } from './text/language.ts';
import { ToastProvider } from '#app/ui/overlay/toast.tsx';

// Styles that dialogs add to the page carry the nonce of its policy.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
if (nonce) setNonce(nonce);

const queries = new QueryClient({
  // The client repeats by itself what is safe to repeat.
  defaultOptions: { queries: { retry: false, staleTime: 10_000 }, mutations: { retry: false } },
});

function Console() {
  const language = useLanguage();
  return (
    <Direction.Provider dir={directionOf(language)}>
      <QueryClientProvider client={queries}>
        <ToastProvider>
          <SessionProvider>
            <Shell />
          </SessionProvider>
        </ToastProvider>
      </QueryClientProvider>
    </Direction.Provider>
  );
}

// A newer build has replaced the file of a page: the new page has the new names. Once, so that it cannot go on for ever.
addEventListener('vite:preloadError', () => {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (navigation?.type !== 'reload') location.reload();
});

const element = document.getElementById('console');
if (element)
  createRoot(element).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
