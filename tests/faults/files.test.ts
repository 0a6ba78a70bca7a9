import { test } from 'node:test';
import { bounded, killUploads } from './kill-uploads.ts';

test('the file system: after any kill every acknowledged file is whole, and nothing else is left', bounded(), (t) =>
  killUploads(t, { environment: {}, killStorage: null }),
);
