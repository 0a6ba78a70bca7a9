/**
 * `node server.mjs PORT DATA`: ClickHouse (chDB, in this process) behind as much of its HTTP interface as the official client
 * uses: statements and rows in bodies, parameters and settings in the address, and the end of a query whose client is gone.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Session } from 'chdb';

const [port, folder] = process.argv.slice(2);
const SESSIONS = 8; // each runs one statement at a time
/** Of an address, what is no setting. */
const OWN = new Set(['query', 'query_id', 'database', 'default_format', 'session_id', 'role']);
/** Settings of the HTTP interface: here they have no meaning, or this file does what they say. */
const OF_HTTP = /^(readonly$|http_|send_progress_in_http|wait_end_of_query$|cancel_http_|enable_http_compression$)/;
const ESCAPES = { b: '\b', f: '\f', r: '\r', n: '\n', t: '\t', 0: '\0' };

const control = new Session(folder);
const free = Array.from({ length: SESSIONS }, () => new Session(folder));
const waiting = [];

const server = createServer((request, response) => {
  answer(request, response).catch((error) => {
    if (!response.headersSent) response.writeHead(500);
    response.end(error.message);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), '127.0.0.1');
await once(process, 'SIGTERM');
process.exit(0); // the data is that of tests

async function answer(request, response) {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');
  const body = await buffer(request);
  if (pathname === '/ping') return void response.end('Ok.\n');
  const id = searchParams.get('query_id') ?? randomUUID();
  const gone = new AbortController();
  if (searchParams.get('cancel_http_readonly_queries_on_client_close') === '1')
    response.on('close', () => response.writableFinished || gone.abort());
  response.setHeader('x-clickhouse-query-id', id);
  try {
    const text = await inSession((session) => run(session, searchParams, body, gone.signal));
    response.setHeader('x-clickhouse-format', 'JSONEachRow');
    response.end(text);
  } catch (error) {
    const [, code = '1'] = /Code: (\d+)\./.exec(error.message) ?? [];
    response.writeHead(500, { 'x-clickhouse-exception-code': code }).end(error.message);
  }
}

async function run(session, parameters, body, gone) {
  const mark = randomUUID(); // chDB writes a statement with parameters anew, without its comments
  const query = parameters.get('query');
  const statement = withSettings(query ?? body.toString(), [...toSettings(parameters), `log_comment = '${mark}'`]);
  const bound = Object.fromEntries(
    [...parameters]
      .filter(([name]) => name.startsWith('param_'))
      .map(([name, text]) => [name.slice(6), unescape(text)]),
  );
  await session.queryAsync(`use ${parameters.get('database') ?? 'default'}`);
  if (gone.aborted) throw new Error('Code: 394. DB::Exception: Query was cancelled. (QUERY_WAS_CANCELLED)');
  const kill = () => void control.queryAsync(`kill query where Settings['log_comment'] = '${mark}'`).catch(() => {});
  gone.addEventListener('abort', kill);
  try {
    const rows = query === null ? '' : `\n${body.toString()}`;
    const sent = `${statement}${rows}`;
    const found = Object.keys(bound).length > 0 ? session.queryBindAsync(sent, bound) : session.queryAsync(sent);
    return (await found).text();
  } finally {
    gone.removeEventListener('abort', kill);
  }
}

async function inSession(work) {
  if (free.length === 0) await new Promise((resolve) => waiting.push(resolve));
  const session = free.pop();
  try {
    return await work(session);
  } finally {
    free.push(session);
    waiting.shift()?.();
  }
}

function toSettings(parameters) {
  return [...parameters]
    .filter(([name]) => !OWN.has(name) && !name.startsWith('param_') && !OF_HTTP.test(name))
    .map(([name, value]) => `${name} = '${value.replace(/['\\]/g, '\\$&')}'`);
}

/** The clause stands before FORMAT; CREATE has one of its own kind, and needs none of these. */
function withSettings(statement, settings) {
  if (settings.length === 0 || /^\s*(create|drop|use|exists)\b/i.test(statement)) return statement;
  const [, before, format = ''] = /^([^]*?)(\s+format\s+\w+\s*)?$/i.exec(statement);
  const joined = settings.join(', ');
  return / settings /i.test(before) ? `${before}, ${joined}${format}` : `${before} settings ${joined}${format}`;
}

/** Parameters arrive as in tab-separated rows. */
function unescape(text) {
  return text.replace(/\\([^])/g, (_, letter) => ESCAPES[letter] ?? letter);
}
