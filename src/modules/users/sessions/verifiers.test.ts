/** Software of others, unmodified and with the configuration that its documentation shows, verifies our access tokens. */
import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import fastifyJwt from '@fastify/jwt';
import { auth } from 'express-oauth2-jwt-bearer';
import { createVerifier } from 'fast-jwt';
import Fastify from 'fastify';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { member } from '#testing/accounts.ts';
import { listeningApp } from '#testing/browser.ts';

/** How another service verifies a token of `issuer`: the user's id, or a rejection. */
type Verify = (token: string, issuer: string, pem: string) => Promise<unknown>;
type Claims = { sub?: unknown };

const require = createRequire(import.meta.url);
// Both packages come without types.
const jsonwebtoken: { verify(token: string, key: string, options: object): Claims } = require('jsonwebtoken');
const { Strategy, ExtractJwt } = require('passport-jwt');

const verifiers: Record<string, Verify> = {
  async jsonwebtoken(token, issuer, pem) {
    return jsonwebtoken.verify(token, pem, { algorithms: ['ES256'], issuer, audience: issuer }).sub;
  },
  'passport-jwt': (token, issuer, secretOrKey) =>
    new Promise((resolve, reject) => {
      const jwtFromRequest = ExtractJwt.fromAuthHeaderAsBearerToken();
      const options = { jwtFromRequest, secretOrKey, algorithms: ['ES256'], issuer, audience: issuer };
      const strategy = new Strategy(options, ({ sub }: Claims, done: (error: null, user: unknown) => void) =>
        done(null, sub),
      );
      Object.assign(strategy, { success: resolve, fail: reject, error: reject });
      strategy.authenticate({ headers: { authorization: `Bearer ${token}` } });
    }),
  async 'fast-jwt'(token, issuer, key) {
    return createVerifier({ key, algorithms: ['ES256'], allowedIss: issuer, allowedAud: issuer })(token).sub;
  },
  async '@fastify/jwt'(token, issuer, pem) {
    const http = Fastify();
    const verify = { algorithms: ['ES256' as const], allowedIss: issuer, allowedAud: issuer };
    await http.register(fastifyJwt, { secret: { public: pem }, verify });
    http.get('/', async (request) => request.jwtVerify());
    const answer = await http.inject({ url: '/', headers: { authorization: `Bearer ${token}` } });
    await http.close();
    assert.equal(answer.statusCode, 200, answer.body);
    return answer.json().sub;
  },
  'express-oauth2-jwt-bearer': (token, issuerBaseURL) =>
    new Promise((resolve, reject) => {
      // `strict` demands a token by RFC 9068.
      const handler = auth({ issuerBaseURL, audience: issuerBaseURL, strict: true });
      const request = {
        method: 'GET',
        headers: { authorization: `Bearer ${token}` },
        get: () => 'other.example', // the Host
        is: () => false,
        auth: { payload: {} as Claims },
      };
      void handler(request as never, {} as never, (error?: unknown) =>
        error ? reject(error) : resolve(request.auth.payload.sub),
      );
    }),
  async jose(token, issuer) {
    const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    return (await jwtVerify(token, keySet, { issuer, audience: issuer, typ: 'at+jwt' })).payload.sub;
  },
};

test('six verifiers of others accept an access token, and none accepts a changed one', async (t) => {
  const { origin, ...app } = await listeningApp(t);
  const sara = await member(app);
  const { accessToken } = sara.tokens;
  const [head = '', body = '', signature = ''] = accessToken.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
  const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody else' })).toString('base64url');
  const [key] = (await app.http.inject('/.well-known/jwks.json')).json().keys;
  const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });

  for (const [name, verify] of Object.entries(verifiers)) {
    assert.equal(await verify(accessToken, origin, pem), sara.id, name);
    await assert.rejects(() => verify(`${head}.${forged}.${signature}`, origin, pem), name);
  }
});
