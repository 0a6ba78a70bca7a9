/** `npm run console`: builds the console, as `npm start` does. */
import { buildConsole } from './console.mjs';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort(signal));
process.exitCode = (await buildConsole(interrupted.signal)) ? 0 : 1;
