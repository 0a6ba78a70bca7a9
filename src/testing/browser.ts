import { after, type TestContext } from 'node:test';
import { launch, type Browser, type Page } from 'puppeteer-core';
import { testApp, type TestOptions } from '#testing/app.ts';
import { freePort } from '#testing/servers/free-port.ts';

const executablePath = process.env['TEST_CHROMIUM'];
/** Why tests with a browser are skipped; false where there is one. `npm test` reports it in one line. */
export const noBrowser = executablePath ? false : 'no Chromium';

/** An app that listens at `BONYAN_PUBLIC_URL`, as passkeys and redirects require. */
export async function listeningApp(
  t: TestContext,
  environmentFor: (origin: string) => Promise<Record<string, string>> = async () => ({}),
  options: Omit<TestOptions, 'environment'> = {},
) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const environment = { ...(await environmentFor(origin)), BONYAN_PUBLIC_URL: origin };
  const app = await testApp(t, { ...options, environment });
  await app.http.listen({ port, host: '127.0.0.1' });
  return { ...app, origin };
}

export interface AuthenticatorOptions {
  /** Whether the authenticator can verify its user. */
  readonly isVerifying?: boolean;
  /** A key of the first generation (CTAP1) on USB, which never verifies its user and keeps no passkeys. */
  readonly isU2f?: boolean;
}

interface BrowserOptions extends AuthenticatorOptions {
  /**
   * Takes a window with cookies and storage of its own in a Chromium that an earlier test of the file has left: a tenth of
   * the time. Such a window refuses cookies of other sites, so it is not for tests of what another site can do.
   */
  readonly isReused?: boolean;
}

/** A browser on a page of `origin`, with an authenticator that always confirms. Closed when `t` ends. */
export async function openBrowser(
  t: TestContext,
  origin: string,
  { isReused = false, isU2f = false, isVerifying = !isU2f }: BrowserOptions = {},
) {
  const page = withPatience(await (isReused ? openWindow(t) : openChromium(t)));
  const devtools = await page.createCDPSession();
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: isU2f ? 'u2f' : 'ctap2',
      transport: isU2f ? 'usb' : 'internal',
      hasResidentKey: !isU2f,
      hasUserVerification: isVerifying,
      isUserVerified: isVerifying,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${origin}/health/live`);

  /** Runs in the page; options and credentials are JSON, as between a browser and the server. */
  async function ceremony(method: 'create' | 'get', parse: string, options: unknown) {
    return page.evaluate(
      `navigator.credentials.${method}({ publicKey: PublicKeyCredential.${parse}(${JSON.stringify(options)}) })
        .then((credential) => credential.toJSON())`,
    );
  }

  return {
    create: (options: unknown) => ceremony('create', 'parseCreationOptionsFromJSON', options),
    get: (options: unknown) => ceremony('get', 'parseRequestOptionsFromJSON', options),
    /** The only credential of the authenticator, with its private key. */
    async credential() {
      const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
      const [credential] = credentials;
      if (!credential) throw new Error('the authenticator has no credential');
      return credential;
    },
    /** Replaces the credential by a copy with another signature counter. */
    async replace(credential: Awaited<ReturnType<typeof this.credential>>, signCount: number) {
      const { credentialId } = credential;
      await devtools.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
      await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credential, signCount } });
    },
    page,
  };
}

async function openChromium(t: TestContext): Promise<Page> {
  const browser = await launchChromium();
  t.after(() => browser.close());
  return browser.newPage();
}

function launchChromium(): Promise<Browser> {
  return launch({ executablePath: executablePath ?? '', args: ['--no-sandbox', '--headless'] });
}

/** Those that no test uses now. A test with two windows has two of them, as if they were on two machines. */
const idle: Browser[] = [];
after(() => Promise.all(idle.splice(0).map((browser) => browser.close())));

async function openWindow(t: TestContext): Promise<Page> {
  const browser = idle.pop() ?? (await launchChromium());
  const context = await browser.createBrowserContext();
  t.after(async () => {
    try {
      await context.close();
      idle.push(browser);
    } catch {
      await browser.close(); // it has crashed, or hangs
    }
  });
  return context.newPage();
}

/** What is clicked, typed into or selected may come a moment later on a busy machine: the page is waited for. */
function withPatience(page: Page): Page {
  const [click, type, select] = [page.click.bind(page), page.type.bind(page), page.select.bind(page)];
  return Object.assign(page, {
    async click(...args: Parameters<Page['click']>) {
      await page.waitForSelector(args[0]);
      return click(...args);
    },
    async type(...args: Parameters<Page['type']>) {
      await page.waitForSelector(args[0]);
      return type(...args);
    },
    async select(...args: Parameters<Page['select']>) {
      await page.waitForSelector(args[0]);
      return select(...args);
    },
  });
}
