import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { zipSync } from 'fflate';
import { testApp } from '#testing/app.ts';
import {
  bombOfBombs,
  largeZip,
  lyingZip,
  nestedZip,
  overlappingZip,
  withComment,
  zipOfEntries,
} from '#testing/files/archives.ts';
import { fileOwner, upload } from '#testing/files/uploads.ts';
import { createInspection } from './inspect.ts';
import { inspectSvg } from './svg.ts';

const ZEROS = new Uint8Array(50_000_000);
const MB = 1_000_000;

test(
  'hostile archives are refused, ordinary ones are not, and the event loop goes on',
  { timeout: 120_000 },
  async (t) => {
    const app = await testApp(t);
    const { inspect } = createInspection({ ...app, config: { clamavMaxBytes: 25 * MB } });
    const archives = {
      ordinary: zipSync({ 'a.txt': Buffer.from('سلام'), 'b.bin': randomBytes(300_000) }),
      'one letter, small': zipSync({ 'a.txt': new Uint8Array(900_000) }),
      'three levels': nestedZip(3),
      'four levels': nestedZip(4),
      bomb: zipSync({ 'a.bin': ZEROS }),
      'bomb of bombs': bombOfBombs(20 * MB),
      'more than 200 MB': zipSync({ a: ZEROS, b: ZEROS, c: ZEROS, d: ZEROS, e: [randomBytes(2 * MB), { level: 0 }] }),
      'many entries': zipOfEntries(12_000),
      'many entries, by ZIP64': largeZip(70_000),
      'few entries, by ZIP64': largeZip(100),
      'many entries that say few': zipOfEntries(65_536 + 5),
      'many entries that say few, in an archive': zipSync({ 'a.zip': [zipOfEntries(65_536 + 5), { level: 0 }] }),
      'with a comment': withComment(nestedZip(1)),
      overlapping: overlappingZip(),
      lying: lyingZip(),
      'cut off': nestedZip(1).subarray(0, 60),
    };
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const grown: Record<string, number> = {};
    const refusals: Record<string, string | null> = {};

    for (const [name, bytes] of Object.entries(archives)) {
      await app.storage.put(`files/${name}`, Readable.from([bytes]), { maxBytes: 100 * MB });
      const file = { contentType: 'application/zip', sizeBytes: bytes.byteLength };
      const before = process.memoryUsage().rss;
      delay.enable();
      refusals[name] = (await inspect(`files/${name}`, file)).refusal;
      delay.disable();
      grown[name] = Math.round((process.memoryUsage().rss - before) / MB);
    }

    assert.deepEqual(refusals, {
      ordinary: null,
      'one letter, small': null,
      'three levels': null,
      'four levels': 'archive_limits',
      bomb: 'archive_limits',
      'bomb of bombs': 'archive_limits',
      'more than 200 MB': 'archive_limits',
      'many entries': 'archive_limits',
      'many entries, by ZIP64': 'archive_limits',
      'few entries, by ZIP64': null,
      'many entries that say few': 'archive_broken',
      'many entries that say few, in an archive': 'archive_broken',
      'with a comment': null,
      overlapping: 'archive_limits',
      lying: 'archive_broken',
      'cut off': 'archive_broken',
    });
    assert.ok(delay.percentile(99) < 100e6, `the event loop was late by ${delay.percentile(99) / 1e6} ms`);
    assert.ok(Math.max(...Object.values(grown)) < 100, `the memory has grown: ${JSON.stringify(grown)}`);
  },
);

test('an archive that is refused becomes a file that failed, and its bytes go', async (t) => {
  const app = await testApp(t);
  const sara = fileOwner(app);

  const { body } = await upload(sara, { name: 'a.zip', content: zipSync({ 'a.bin': ZEROS }) });
  await app.drain();

  const { body: file } = await sara.get(`/files/${body.id}`);
  assert.deepEqual([file.storageStatus, file.reason], ['failed', 'archive_limits']);
  assert.equal((await sara.get('/files/usage')).body.usedBytes, 0);
});

test('a picture that could run something is found out, an ordinary one is not', async () => {
  const refusalOf = (text: string | Buffer, size = 7) => {
    const bytes = Buffer.from(text as string);
    return inspectSvg(
      Readable.from(
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size)),
      ),
    );
  };

  for (const active of [
    '<svg><script>alert(1)</script></svg>',
    '<svg><SCRIPT xlink:href="data:,alert(1)"/></svg>',
    '<svg onload="alert(1)"/>',
    '<svg><g ONCLICK="x"/></svg>',
    '<svg><a href="javascript:alert(1)"/></svg>',
    '<svg><a xlink:href=" java&#10;script:alert(1)"/></svg>',
    '<svg><use href="data:image/svg+xml;base64,AAAA"/></svg>',
    '<svg><foreignObject><b/></foreignObject></svg>',
    '<svg><x:script xmlns:x="http://www.w3.org/2000/svg"/></svg>',
    '<svg><set attributeName="onmouseover" to="alert(1)"/></svg>',
    '<svg><animate attributeName="href" values="javascript:alert(1)"/></svg>',
    '<!DOCTYPE svg [<!ENTITY x "&#60;script>">]><svg>&x;</svg>',
    '<?xml-stylesheet href="a.xsl"?><svg/>',
    Buffer.from('\ufeff<svg/>', 'utf16le'),
  ])
    assert.equal(await refusalOf(active), 'svg_script', String(active));

  for (const harmless of [
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><svg xmlns="http://www.w3.org/2000/svg"><title>سلام</title><use href="#a"/><image href="data:image/png;base64,AA"/><a href="https://example.com"/></svg>',
    '<svg><!-- <script> --><style>.a { fill: red }</style><text>onload="x"</text></svg>',
  ])
    assert.equal(await refusalOf(harmless), null, harmless);
});

test('a picture beyond the limits is refused where it passes them, in bounded memory', async () => {
  const MAX = 5 * 1024 * 1024;
  const path = `<svg><path d="${'M0 0'.repeat(500_000)}"/></svg>`;
  for (const [name, head, unit, expected] of [
    ['attributes', '<svg ', (at: number) => `a${at}="" `, 'svg_limits'],
    ['one attribute again and again', '<svg ', () => 'a="" ', 'svg_limits'],
    ['depth', '<svg>', () => '<g>', 'svg_limits'],
    ['a name of a tag', '<svg><', () => 'aaaaaaaa', 'svg_limits'],
    ['one value', '<svg a="', () => 'aaaaaaaa', 'svg_limits'],
    ['a text', '<svg>', () => 'aaaaaaaa', 'svg_limits'],
    ['a comment', '<svg><!--', () => 'aaaaaaaa', 'svg_limits'],
    ['entities', '<svg a="', () => '&#97;', 'svg_limits'],
    ['a script first', '<svg><script/>', () => 'aaaaaaaa', 'svg_script'],
  ] as const) {
    let read = 0;
    async function* endless() {
      yield Buffer.from(head);
      for (let at = 0; ;) {
        const chunk = Buffer.from(Array.from({ length: 2000 }, () => unit(at++)).join(''));
        read += chunk.byteLength;
        yield chunk;
      }
    }
    const before = process.memoryUsage().rss;
    assert.equal(await inspectSvg(endless()), expected, name);
    assert.ok(read < MAX + 100_000, `${name}: ${read} bytes were read`);
    assert.ok(process.memoryUsage().rss - before < 200 * MB, `${name}: the memory has grown`);
  }
  const siblings = `<svg>${'<g a="1"><b/></g>'.repeat(20_000)}</svg>`;
  for (const ordinary of [path, siblings]) assert.equal(await inspectSvg(Readable.from([Buffer.from(ordinary)])), null);
});
