// Passkeys as a real browser makes them: Chromium with an authenticator of its own, on a page of the house.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openHouse, type House } from './support.ts';
import { person, signIn, token } from '../contract/auth_support.ts';

let house: House;
before(async () => {
  house = await openHouse();
});
after(async () => {
  await house.close();
});

test('a passkey is made, opens the door, and is asked for as a second factor', async () => {
  const { tenant } = house;
  const who = await person(tenant);
  const bearer = await token(await signIn(tenant, who));
  const { context, page } = await house.desk('/login');
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  const result = await page.evaluate(
    async ({ apikey, bearer }) => {
      const post = async (where: string, body: unknown, token = apikey) =>
        (await fetch(`/auth/v1${where}`, { method: 'POST', body: JSON.stringify(body), headers: { apikey, authorization: `Bearer ${token}`, 'content-type': 'application/json' } })).json();
      const made = async (json: PublicKeyCredentialCreationOptionsJSON) =>
        ((await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(json) })) as PublicKeyCredential).toJSON();
      const asked = async (json: PublicKeyCredentialRequestOptionsJSON) =>
        ((await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(json) })) as PublicKeyCredential).toJSON();
      const registration = await post('/passkeys/registration/options', {}, bearer);
      const passkey = await post('/passkeys/registration/verify', { challenge_id: registration.challenge_id, credential: await made(registration.options) }, bearer);
      const entry = await post('/passkeys/authentication/options', {});
      const session = await post('/passkeys/authentication/verify', { challenge_id: entry.challenge_id, credential: await asked(entry.options) });
      const factor = await post('/factors', { factor_type: 'webauthn' }, bearer);
      const challenge = await post(`/factors/${factor.id}/challenge`, {}, bearer);
      const raised = await post(
        `/factors/${factor.id}/verify`,
        { challenge_id: challenge.id, webauthn: { type: 'create', credential_response: await made(challenge.webauthn.credential_options.publicKey) } },
        bearer,
      );
      return { passkey, user: session.user?.id, raised: raised.access_token as string | undefined, said: raised };
    },
    { apikey: tenant.anonKey, bearer },
  );
  assert.ok(result.passkey.id, JSON.stringify(result.passkey));
  assert.equal(result.user, who.id);
  assert.ok(result.raised, JSON.stringify(result.said));
  assert.equal(JSON.parse(Buffer.from(result.raised.split('.')[1]!, 'base64url').toString()).aal, 'aal2');
});
