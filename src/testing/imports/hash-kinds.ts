import { createCipheriv, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { hashSync as argon2 } from '@node-rs/argon2';
import { hashSync as bcrypt } from '@node-rs/bcrypt';

const FIREBASE = { rounds: 8, memoryCost: 10, saltSeparator: 'Bw==', signerKey: randomBytes(64).toString('base64') };

/** Hashes of a password, as five kinds of systems export them; of low cost. */
export function hashKinds(password: string) {
  const salt = randomBytes(16);
  const base64 = salt.toString('base64');
  return {
    bcrypt: bcrypt(password, { cost: 4 }),
    scrypt: `$scrypt$ln=10,r=8,p=1$${base64}$${scryptSync(password, salt, 32, { N: 1024, r: 8, p: 1 }).toString('base64')}`,
    firebase: { hash: firebaseHash(password, salt), salt: base64, ...FIREBASE },
    pbkdf2: `pbkdf2_sha256$1000$seasalt$${pbkdf2Sync(password, 'seasalt', 1000, 32, 'sha256').toString('base64')}`,
    argon2: argon2(password, { memoryCost: 1024, timeCost: 1, parallelism: 1 }),
  };
}

function firebaseHash(password: string, salt: Buffer): string {
  const salted = Buffer.concat([salt, Buffer.from(FIREBASE.saltSeparator, 'base64')]);
  const key = scryptSync(password, salted, 64, { N: 2 ** FIREBASE.memoryCost, r: FIREBASE.rounds, p: 1 });
  const cipher = createCipheriv('aes-256-ctr', key.subarray(0, 32), Buffer.alloc(16));
  return Buffer.concat([cipher.update(Buffer.from(FIREBASE.signerKey, 'base64')), cipher.final()]).toString('base64');
}
