import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { isConsistent, isIncluded, leafHash } from '#verifier/tree.ts';

// The cases of the vectors that transparency-dev/merkle publishes (testdata/inclusion and testdata/consistency), over the
// eight leaves of the reference implementation of Certificate Transparency.

const hex = (text: string) => Buffer.from(text, 'hex');
const EMPTY = Buffer.alloc(0);
const EMPTY_TREE = createHash('sha256').digest();
const SOME_HASH = hex('abacaba000000000000000000000000000000000000000000060061e00123456');

/** Of the trees with one to eight leaves. */
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(hex);
const [A, B, C, D, E, F, G] = [
  '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
  'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
].map(hex) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
const rootOf = (size: number) => ROOTS[size - 1] ?? EMPTY;

/** Index, size, the leaf's data, and the proof. */
const INCLUSIONS: readonly [number, number, string, Buffer[]][] = [
  [0, 1, '', []],
  [0, 8, '', [A, B, C]],
  [5, 8, '40414243', [D, E, rootOf(4)]],
  [2, 3, '10', [rootOf(2)]],
  [1, 5, '00', [rootOf(1), B, D]],
];
const CONSISTENCIES: readonly [number, number, Buffer[]][] = [
  [1, 1, []],
  [1, 8, [A, B, C]],
  [6, 8, [F, E, rootOf(4)]],
  [2, 5, [B, D]],
  [6, 7, [F, G, rootOf(4)]],
];

/** A tree has at most 2^64 leaves, and an index below zero wraps around. */
const minusOne = (index: number) => (index === 0 ? 2 ** 64 : index - 1);

function flip(proof: readonly Buffer[], bit: number): Buffer[][] {
  return proof.map((hash, at) =>
    proof.with(at, Buffer.concat([Buffer.from([(hash[0] ?? 0) ^ bit]), hash.subarray(1)])),
  );
}

type Inclusion = readonly [
  index: number,
  size: number,
  root: Buffer,
  leaf: Buffer,
  proof: readonly Buffer[],
  isValid?: true,
];
type Consistency = readonly [
  from: number,
  to: number,
  older: Buffer,
  newer: Buffer,
  proof: readonly Buffer[],
  isValid?: true,
];

function corruptedInclusions([index, size, data, proof]: (typeof INCLUSIONS)[number]): Inclusion[] {
  const [root, leaf] = [rootOf(size), leafHash(hex(data))];
  return [
    [index, size, root, leaf, proof, true],
    [minusOne(index), size, root, leaf, proof],
    [index + 1, size, root, leaf, proof],
    [index ^ 2, size, root, leaf, proof],
    [index, size * 2, root, leaf, proof],
    [index, Math.floor(size / 2), root, leaf, proof],
    [index, size, root, Buffer.from('WrongLeaf'), proof],
    [index, size, EMPTY_TREE, leaf, proof],
    [index, size, SOME_HASH, leaf, proof],
    ...[[...proof, EMPTY], [...proof, root], [EMPTY, ...proof], [root, ...proof], ...flip(proof, 8)].map(
      (wrong): Inclusion => [index, size, root, leaf, wrong],
    ),
    ...(proof.length > 0 ? [[index, size, root, leaf, proof.slice(0, -1)] as const] : []),
    ...(proof.length > 1
      ? [[index, size, root, leaf, [proof[0] as Buffer, SOME_HASH, ...proof.slice(1)]] as const]
      : []),
  ];
}

function corruptedConsistencies([from, to, proof]: (typeof CONSISTENCIES)[number]): Consistency[] {
  const [older, newer] = [rootOf(from), rootOf(to)];
  const [first] = proof;
  if (!first) return [[from, to, older, newer, proof, true]];
  const wrong = Buffer.from('WrongRoot');
  const proofs = [
    [],
    [...proof, EMPTY],
    [...proof, older],
    [...proof, newer],
    [EMPTY, ...proof],
    [older, ...proof],
    [newer, ...proof],
    [first, ...proof],
    proof.slice(0, -1),
    ...flip(proof, 16),
  ];
  return [
    [from, to, older, newer, proof, true],
    [minusOne(from), to, older, newer, proof],
    [from + 1, to, older, newer, proof],
    [from ^ 2, to, older, newer, proof],
    [from, to * 2, older, newer, proof],
    [from, Math.floor(to / 2), older, newer, proof],
    [from, to, wrong, newer, proof],
    [from, to, older, wrong, proof],
    [from, to, newer, older, proof],
    ...proofs.map((each): Consistency => [from, to, older, newer, each]),
  ];
}

test('inclusion proofs are judged as 98 published vectors say, an empty leaf or root among them', () => {
  const hash = leafHash(Buffer.from('data'));
  const places = [
    [0, 0],
    [0, 1],
    [1, 0],
    [2, 1],
  ] as const;
  const cases: Inclusion[] = [
    ...INCLUSIONS.flatMap(corruptedInclusions),
    ...places.flatMap(([index, size]): Inclusion[] => [
      [index, size, EMPTY, SOME_HASH, []],
      [index, size, EMPTY_TREE, EMPTY, []],
      [index, size, EMPTY_TREE, SOME_HASH, []],
    ]),
    [0, 1, hash, hash, [], true],
    [0, 1, hash, EMPTY, []],
    [0, 1, EMPTY, hash, []],
    [0, 1, EMPTY, EMPTY, []],
  ];

  assert.equal(cases.length, 98);
  for (const [index, size, root, leaf, proof, isValid = false] of cases)
    assert.equal(isIncluded(leaf, index, size, proof, root), isValid, `${index} of ${size}`);
});

test('consistency proofs are judged as 98 published vectors say', () => {
  const [older, newer] = [Buffer.from("don't care 1"), Buffer.from("don't care 2")];
  const cases: Consistency[] = [
    ...CONSISTENCIES.flatMap(corruptedConsistencies),
    [0, 0, older, newer, []],
    [1, 1, older, newer, []],
    [0, 0, older, older, []],
    [0, 1, older, newer, []],
    [1, 1, newer, newer, [], true],
    [1, 0, older, newer, []],
    [2, 1, older, newer, []],
    [1, 2, older, newer, []],
    [0, 0, EMPTY_TREE, newer, []],
    [1, 1, EMPTY_TREE, newer, []],
    [0, 0, EMPTY_TREE, EMPTY_TREE, [EMPTY_TREE]],
    [1, 1, EMPTY_TREE, EMPTY_TREE, [EMPTY_TREE]],
    [0, 1, EMPTY_TREE, newer, []],
    [0, 1, EMPTY_TREE, EMPTY_TREE, [EMPTY_TREE]],
  ];

  assert.equal(cases.length, 98);
  for (const [from, to, rootFrom, rootTo, proof, isValid = false] of cases)
    assert.equal(isConsistent(from, to, proof, rootFrom, rootTo), isValid, `${from} to ${to}`);
});
