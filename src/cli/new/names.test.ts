import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { singleOf } from './module.ts';
import { findTemplateFaults, rename } from './names.ts';

const TEMPLATE = join(import.meta.dirname, 'template');
const faultsOf = (name: string) => findTemplateFaults(TEMPLATE, { name, single: singleOf(name) }).join('\n');

test('a word that the template has for something else is refused, and others are not', () => {
  for (const name of ['pages', 'transactions', 'types', 'units', 'actors', 'owners', 'readers', 'objects'])
    assert.match(faultsOf(name), new RegExp(`--one ${singleOf(name)}: the module would have two things called`), name);
  for (const name of ['order', 'user', 'group', 'table']) assert.match(faultsOf(name), /is part of SQL/, name);
  for (const name of ['orders', 'invoices', 'items', 'classes', 'cases', 'returns', 'permissions', 'routes', 'people'])
    assert.equal(faultsOf(name), '', name);
});

test('a name that has the word of the template in it is written as it is', () => {
  const names = { name: 'gadgetries', single: 'gadgetry' };

  assert.equal(
    rename('createGadgets: gadgets.gadget, Gadget', names),
    'createGadgetries: gadgetries.gadgetry, Gadgetry',
  );
});
