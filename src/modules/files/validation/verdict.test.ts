import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '#kernel/problem.ts';
import type { DangerousKind } from '../needs.ts';
import { createValidation } from './verdict.ts';

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const PNG = bytes([0x89], 'PNG\r\n', [0x1a], '\n', [0, 0, 0, 13], 'IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0]);
const ELF = bytes([0x7f], 'ELF', [2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0x3e, 0]);
const EXE = bytes('MZ', [0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0, 0]);
const PDF = bytes('%PDF-1.7\n%', [0xe2, 0xe3, 0xcf, 0xd3], '\n1 0 obj\n');
const GIF = bytes('GIF89a', [1, 0, 1, 0, 0, 0, 0], '/*<script>alert(1)</script>*/');
const JPEG = bytes([0xff, 0xd8, 0xff, 0xe0, 0, 16], 'JFIF', [0, 1, 1]);

async function judge(name: string, content: Buffer | string, declared = '', filesAllow: readonly DangerousKind[] = []) {
  const validation = createValidation({ filesMaxBytes: 100, filesMaxBytesByModule: new Map(), filesAllow });
  try {
    const head = { bytes: Buffer.from(content), isWhole: true };
    return await validation.judgeContent(validation.judgeName(name), declared, head);
  } catch (error) {
    return error instanceof Problem ? (error.details['reason'] ?? error.code) : String(error);
  }
}

test('a file whose name, declared type and content agree has the type that they name', async () => {
  for (const [name, content, declared, expected] of [
    ['a.png', PNG, 'image/png', 'image/png'],
    ['a.PNG', PNG, '', 'image/png'],
    ['photo.jpeg', JPEG, 'image/pjpeg', 'image/jpeg'],
    ['گزارش.pdf', PDF, 'application/octet-stream', 'application/pdf'],
    ['a.gif', GIF, 'image/gif', 'image/gif'],
    ['without extension', PNG, 'image/png', 'image/png'],
    ['a.txt', 'سلام', 'text/plain', 'text/plain'],
    ['a.md', '<p align="center">Hello</p>', 'text/markdown', 'text/markdown'],
    ['table.csv', 'a;b\n1;2', 'application/vnd.ms-excel', 'text/csv'],
    ['a.json', '{"a":1}', 'application/json', 'application/json'],
    ['a.xml', '<?xml version="1.0"?><a/>', 'text/xml', 'application/xml'],
    ['a.svg', '<?xml version="1.0"?>\n<!-- x --><!DOCTYPE svg>\n<svg xmlns="x"/>', 'image/svg+xml', 'image/svg+xml'],
    ['utf16.txt', Buffer.from('\ufeffسلام', 'utf16le'), 'text/plain', 'text/plain'],
    ['a.unknown', Buffer.from([1, 2, 3]), 'application/x-own', 'application/octet-stream'],
    ['a.proto', 'syntax = "proto3";', '', 'text/plain'],
    ['map.kmz', Buffer.from('PK\x03\x04\x14\0\0\0\0\0', 'latin1'), '', 'application/octet-stream'],
    ['empty.pdf', '', 'application/pdf', 'application/pdf'],
  ] as const)
    assert.equal(await judge(name, content, declared), expected, name);
});

test('a file that says of itself what its content is not is refused', async () => {
  for (const [name, content, declared] of [
    ['a.jpg', PNG, ''],
    ['a.png', PNG, 'image/jpeg'],
    ['a.pdf', PNG, 'application/pdf'],
    ['a.pdf', 'text', ''],
    ['a.txt', PDF, 'text/plain'],
    ['a.dat', PNG, ''],
    ['none', PNG, 'image/jpeg'],
    ['a.svg', 'no picture', 'image/svg+xml'],
    ['a.xml', '<svg onload="alert(1)"/>', 'text/xml'],
    ['a.txt', '<!-- x --><svg onload="alert(1)"/>', ''],
    ['a.zip', Buffer.from([1, 2, 3]), ''],
    ['a.unknown', 'text', 'image/png'],
  ] as const)
    assert.equal(await judge(name, content, declared), 'files.type_mismatch', `${name} ${declared}`);
});

test('executables, scripts and pages are refused under every name', async () => {
  for (const [name, content, expected] of [
    ['setup.exe', EXE, 'executable_refused'],
    ['photo.jpg', EXE, 'executable_refused'],
    ['photo.jpg', ELF, 'executable_refused'],
    ['a', ELF, 'executable_refused'],
    ['a.txt', '#!/bin/sh\nrm -rf /', 'script_refused'],
    ['a.jpg', '<?php system($_GET[0]);', 'script_refused'],
    ['a.js', 'alert(1)', 'script_refused'],
    ['a.txt', '<!DOCTYPE html><p>x', 'html_refused'],
    ['a.txt', '  \n<!-- <p> --> <SCRIPT>alert(1)</SCRIPT>', 'html_refused'],
    ['a.svg', '<html xmlns="http://www.w3.org/1999/xhtml"/>', 'html_refused'],
    ['a.xml', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', 'html_refused'],
    ['a.txt', Buffer.from('\ufeff<script>alert(1)</script>', 'utf16le'), 'html_refused'],
    ['index.html', 'text', 'html_refused'],
  ] as const) {
    const answer = await judge(name, content);
    assert.equal(answer, expected, name);
  }
});

test('a kind that the settings allow is accepted', async () => {
  assert.equal(await judge('index.html', '<!DOCTYPE html><p>x', '', ['html']), 'application/octet-stream');
  assert.equal(await judge('run.sh', '#!/bin/sh\n', '', ['script']), 'application/octet-stream');
  assert.equal(await judge('a.exe', EXE, '', ['executable']), 'application/octet-stream');
});

test('a stored file gets only names of the type that its bytes were found to be', () => {
  const { judgeRename } = createValidation({ filesMaxBytes: 100, filesMaxBytesByModule: new Map(), filesAllow: [] });
  const isTaken = (name: string, contentType: string) => {
    try {
      judgeRename(name, contentType);
      return true;
    } catch (error) {
      return error instanceof Problem && error.code === 'files.type_mismatch' ? false : error;
    }
  };
  for (const [contentType, name, expected] of [
    ['application/octet-stream', 'other.unknown', true],
    ['application/octet-stream', 'none', true],
    ['application/octet-stream', 'invoice.pdf', false],
    ['application/octet-stream', 'a.svg', false],
    ['application/octet-stream', 'a.docx', false],
    ['application/octet-stream', 'a.zip', false],
    ['application/octet-stream', 'a.txt', false],
    ['application/octet-stream', 'a.PNG', false],
    ['application/vnd.ms-excel', 'a.csv', false],
    ['application/vnd.ms-excel', 'b.xls', true],
    ['image/png', 'b.png', true],
    ['image/png', 'none', true],
    ['image/png', 'b.jpg', false],
    ['image/png', 'b.unknown', false],
    ['text/plain', 'a.md', true],
    ['text/plain', 'a.proto', true],
    ['text/plain', 'a.svg', false],
  ] as const)
    assert.equal(isTaken(name, contentType), expected, `${contentType} ${name}`);
});

test('names that a system runs, or opens as an address, are refused', async () => {
  for (const [kind, names] of Object.entries({
    executable_refused:
      'exe appx appxbundle msix msixbundle appinstaller jnlp xll iqy slk one settingcontent-ms library-ms search-ms searchconnector-ms desktop url webloc msc msu gadget application appref-ms diagcab vhdx rdp mde hlp SCR',
    script_refused: 'js ashx pyz pyc pyzw vbscript ws ps2 psc1 command bas au3 php7 jspx Bat',
    html_refused: 'html mht hta.html',
  }))
    for (const extension of names.split(' '))
      assert.equal(await judge(`a.${extension}`, Buffer.from([1, 2, 3])), kind, extension);

  for (const extension of 'txt xyz dat key pem crt mat pst mdb'.split(' '))
    assert.equal(await judge(`a.${extension}`, 'text'), 'text/plain', extension);
});
