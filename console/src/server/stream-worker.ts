import { createHub } from './stream-hub.ts';

const hub = createHub();
// The library of pages does not know the global object of a shared worker.
addEventListener('connect', (event) => {
  if (event instanceof MessageEvent) for (const port of event.ports) hub.join(port);
});
