import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { loadConfig } from '#platform/config/load.ts';
import { settings } from '#platform/config/settings.ts';
import { testApp } from '#testing/app.ts';

const DEPLOY = join(import.meta.dirname, '..', 'deploy');
const read = (name: string) => readFile(join(DEPLOY, name), 'utf8');
const execute = promisify(execFile);
const known = new Set(Object.values(settings).map(({ name }) => name));

interface Service {
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly depends_on?: Record<string, unknown>;
}

test('the compose file starts every server, and sets only settings that Bonyan knows and accepts', async () => {
  const compose = parse(await read('compose.yaml'), { merge: true }) as {
    services: Record<string, Service>;
    volumes: object;
  };
  const { server, worker, migrate, ...others } = compose.services;
  const filled = Object.entries(server?.environment ?? {}).map(([name, value]) => [name, fill(value)] as const);

  assert.deepEqual(Object.keys(others).toSorted(), ['bucket', 'clamav', 'minio', 'postgres', 'rabbitmq', 'redis']);
  assert.deepEqual(
    [server?.command, worker?.command, migrate?.command],
    [['serve'], ['worker'], ['migrate', '--grant-to', 'bonyan_app']],
  );
  assert.deepEqual(
    filled.map(([name]) => name).filter((name) => !known.has(name)),
    [],
  );
  loadConfig({ BONYAN_MODE: 'production', ...Object.fromEntries(filled) });
  for (const { depends_on: needed = {} } of Object.values(compose.services))
    assert.ok(Object.keys(needed).every((name) => name in compose.services));
});

/** Replaces variables as compose does, each with a valid value. */
function fill(text: string): string {
  const values: Record<string, string> = {
    BONYAN_PUBLIC_URL: 'https://app.example.com',
    SMTP_URL: 'smtps://mail.example.com',
    MAIL_FROM: 'A <a@example.com>',
    BONYAN_TRUSTED_PROXIES: '172.16.0.0/12',
  };
  return text.replace(/\$\{(\w+)[^}]*\}/g, (_, name: string) => values[name] ?? 'x'.repeat(32));
}

test('the compose file and the example have the same variables', async () => {
  const wanted = new Set([...(await read('compose.yaml')).matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name));
  const shown = new Set([...(await read('env.example')).matchAll(/^(\w+)=/gm)].map(([, name]) => name));
  assert.deepEqual(shown, wanted);
});

test('every container has a pinned image, no way to more privileges, and no superuser as the login of the server', async () => {
  const { services } = parse(await read('compose.yaml'), { merge: true }) as {
    services: Record<string, Service & { cap_drop?: string[]; security_opt?: string[]; read_only?: boolean }>;
  };

  for (const [name, { image, security_opt: options = [] }] of Object.entries(services)) {
    assert.ok(image === 'bonyan' || /:[^:]*\d+[.-]\d+[.-]\d+|:1[78]\.\d+-/.test(image), `${name}: ${image}`);
    assert.deepEqual(options, ['no-new-privileges:true'], name);
  }
  for (const name of ['server', 'worker', 'migrate'])
    assert.deepEqual([services[name]?.read_only, services[name]?.cap_drop], [true, ['ALL']], name);
  assert.match(services['server']?.environment?.['DATABASE_URL'] ?? '', /^postgres:\/\/bonyan_app:/);
  assert.match(services['migrate']?.environment?.['DATABASE_URL'] ?? '', /^postgres:\/\/bonyan_owner:/);
});

test('the units run in production mode, and their example has only settings that Bonyan accepts', async () => {
  for (const name of ['bonyan.service', 'bonyan-worker@.service'])
    assert.match(await read(`systemd/${name}`), /^Environment=.*BONYAN_MODE=production/m);
  const lines = (await read('systemd/bonyan.env.example')).matchAll(/^(?:# )?([A-Z_]+)=(.*)$/gm);
  const given = Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value]));

  assert.deepEqual(
    Object.keys(given).filter((name) => !known.has(name)),
    [],
  );
  loadConfig({ ...given, BONYAN_MODE: 'production', BONYAN_SECRET: 'x'.repeat(48) });
});

test('the container file and the units start existing commands', async () => {
  const container = await read('Containerfile');
  const units = await Promise.all(['bonyan.service', 'bonyan-worker@.service'].map((name) => read(`systemd/${name}`)));

  assert.match(container, /^ENTRYPOINT \["node", "--max-semi-space-size=64", "node_modules\/bonyan\/src\/main.js"\]$/m);
  assert.match(container, /^USER node$/m);
  for (const [index, unit] of units.entries()) {
    const lines = unit.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    assert.ok(
      lines.every((line) => /^\[(Unit|Service|Install)\]$|^[A-Z][A-Za-z]+=/.test(line)),
      'a line is not a setting of a unit',
    );
    assert.match(
      unit,
      new RegExp(
        `^ExecStart=/opt/bonyan/node_modules/.bin/node .*node_modules/bonyan/src/main.js ${['serve', 'worker'][index]}$`,
        'm',
      ),
    );
  }
});

test('the steps for a service install the units and their settings, which only root can read', async (t) => {
  const root = await mkdtemp(join(tmpdir(), 'bonyan-root-'));
  t.after(() => rm(root, { recursive: true }));
  const folder = join(root, 'opt', 'bonyan', 'node_modules', 'bonyan');
  await cp(DEPLOY, join(folder, 'deploy'), { recursive: true });
  await mkdir(join(root, 'etc', 'systemd', 'system'), { recursive: true });
  const [steps = ''] = blocksOf(await read('README.md')).filter((block) => block.includes('/etc/systemd/system/'));

  const here = steps.replaceAll(/(?<=\s)\/(?=etc|opt)/g, `${root}/`).replace(/^npm install .*$/m, ''); // tests/package installs
  await execute('sh', ['-euc', here]);

  const modes = await Promise.all(['bonyan', 'bonyan/bonyan.env'].map((path) => stat(join(root, 'etc', path))));
  assert.deepEqual(await readdir(join(root, 'etc', 'systemd', 'system')), ['bonyan-worker@.service', 'bonyan.service']);
  assert.deepEqual(
    modes.map(({ mode }) => mode & 0o777),
    [0o700, 0o600],
  );
});

test('another command runs with the folder, the settings, the data and the program of the unit', async () => {
  const unit = await read('systemd/bonyan.service');
  const [words = ''] = blocksOf(await read('README.md')).filter((block) => block.startsWith('systemd-run'));
  const [, environment = ''] = /^Environment=(.*)$/m.exec(unit) ?? [];
  const program = /^ExecStart=(\S+) .*(node_modules\S+) serve$/m.exec(unit)?.slice(1) ?? [];

  for (const name of ['DynamicUser', 'StateDirectory', 'WorkingDirectory', 'EnvironmentFile']) {
    const [line = 'nothing'] = new RegExp(`^${name}=.*$`, 'm').exec(unit) ?? [];
    assert.ok(words.includes(` -p ${line} `), line);
  }
  for (const name of ['BONYAN_MODE', 'BONYAN_DATA_DIR']) {
    const given = environment.split(' ').find((one) => one.startsWith(`${name}=`));
    assert.ok(words.includes(` -E ${given} `), name);
  }
  assert.ok(words.endsWith(` ${program.join(' ')} doctor`), words);
});

/** The blocks of commands in a page, with continued lines as one. */
function blocksOf(page: string): string[] {
  return [...page.matchAll(/^```sh\n(.*?)\n```$/gms)].map(([, block = '']) => block.replaceAll(/ \\\n\s*/g, ' '));
}

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;

test('systemd accepts the units', { skip: !hasSystemd && 'no systemd-analyze on this machine' }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'bonyan-units-'));
  t.after(() => rm(folder, { recursive: true }));

  for (const name of ['bonyan.service', 'bonyan-worker@.service']) {
    const unit = await read(`systemd/${name}`);
    // It looks for the program, which is not installed here.
    await writeFile(join(folder, name), unit.replace('/opt/bonyan/node_modules/.bin/node', process.execPath));
    const { stderr } = await execute('systemd-analyze', ['verify', '--man=no', join(folder, name)]);
    assert.equal(stderr, '', name);
    for (const one of [/^DynamicUser=yes$/m, /^Restart=always$/m, /^TimeoutStopSec=30$/m, /^MemoryMax=\d+G$/m])
      assert.match(unit, one, name);
  }
});

test('the health check of the container succeeds while the server answers, and fails without one', async (t) => {
  const [, words = ''] =
    /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec((await read('Containerfile')).replaceAll('\\\n', '')) ?? [];
  const [, ...script] = JSON.parse(words) as string[];
  const app = await testApp(t);
  const { port } = new URL(await app.http.listen({ port: 0, host: '127.0.0.1' }));
  const check = (at: string) => execute(process.execPath, script, { env: { PORT: at } });

  await check(port);
  await assert.rejects(check('1'));
});
