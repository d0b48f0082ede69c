import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAwsKms } from '#platform/vault/aws-kms.ts';
import { createLocalKms } from '#platform/vault/local-kms.ts';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A loopback endpoint that speaks KMS's JSON protocol to the real SDK; the local twin does its cryptography. */
describe('the AWS key service behind its port', () => {
  let server: Server;
  let endpoint: string;
  let mood: 'answering' | 'denying' | 'silent' = 'answering';
  beforeAll(async () => {
    process.env.AWS_ACCESS_KEY_ID = 'testing';
    process.env.AWS_SECRET_ACCESS_KEY = 'testing';
    const twin = await createLocalKms(join(await mkdtemp(join(tmpdir(), 'kms-')), 'key'));
    server = createServer((req, res) => {
      void (async () => {
        const body = JSON.parse(Buffer.concat(await req.toArray()).toString()) as Record<string, unknown>;
        if (mood === 'silent') return;
        const reply = (status: number, answer: object) => {
          res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(answer));
        };
        if (mood === 'denying') {
          reply(400, { __type: 'AccessDeniedException', message: 'no' });
          return;
        }
        const context = body.EncryptionContext as Record<string, string>;
        if (req.headers['x-amz-target'] === 'TrentService.GenerateDataKey') {
          const { plain, wrapped } = await twin.generateDataKey(context);
          reply(200, { Plaintext: plain.toString('base64'), CiphertextBlob: wrapped.toString('base64') });
          return;
        }
        const plain = await twin
          .decrypt(Buffer.from(String(body.CiphertextBlob), 'base64'), context)
          .catch(() => undefined);
        if (plain) reply(200, { Plaintext: plain.toString('base64') });
        else reply(400, { __type: 'InvalidCiphertextException', message: 'no' });
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    mood = 'answering';
  });
  const kms = () => createAwsKms({ keyId: 'alias/test', region: 'eu-central-1', endpoint });

  it('makes a key and unwraps it again, under its own context only', async () => {
    const made = await kms().generateDataKey({ set: 'set-1' });
    expect(made.plain).toHaveLength(32);
    expect(await kms().decrypt(made.wrapped, { set: 'set-1' })).toEqual(made.plain);
    await expect(kms().decrypt(made.wrapped, { set: 'set-2' })).rejects.toMatchObject({ kind: 'keys-unavailable' });
  });

  it.each(['denying', 'silent'] as const)('fails closed while the service is %s', async (how) => {
    mood = how;
    await expect(kms().generateDataKey({ set: 'set-1' })).rejects.toMatchObject({ kind: 'keys-unavailable' });
  });

  it('fails closed when nobody listens', async () => {
    const gone = createAwsKms({ keyId: 'k', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9' });
    await expect(gone.decrypt(Buffer.from('x'), { set: 's' })).rejects.toMatchObject({ kind: 'keys-unavailable' });
  });
});
