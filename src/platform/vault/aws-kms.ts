import { DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { Fault } from '#core/errors.ts';
import { kmsDeadlineMs, type Kms } from './kms.ts';

/** AWS KMS. Slow, silent, denied or gone: the call fails within the deadline with a fault of kind `keys-unavailable`. */
export function createAwsKms(options: { keyId: string; region: string; endpoint?: string }): Kms {
  const client = new KMSClient({
    region: options.region,
    maxAttempts: 2,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  });
  return {
    provider: 'aws',
    generateDataKey: (context) =>
      guarded(async (abortSignal) => {
        const command = new GenerateDataKeyCommand({
          KeyId: options.keyId,
          KeySpec: 'AES_256',
          EncryptionContext: context,
        });
        const { Plaintext: plain, CiphertextBlob: wrapped } = await client.send(command, { abortSignal });
        if (!plain || !wrapped) throw new Error('KMS gave no data key');
        return { plain: Buffer.from(plain), wrapped: Buffer.from(wrapped) };
      }),
    decrypt: (wrapped, context) =>
      guarded(async (abortSignal) => {
        const command = new DecryptCommand({
          KeyId: options.keyId,
          CiphertextBlob: wrapped,
          EncryptionContext: context,
        });
        const { Plaintext: plain } = await client.send(command, { abortSignal });
        if (!plain) throw new Error('KMS gave no plain key');
        return Buffer.from(plain);
      }),
  };
}

async function guarded<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  try {
    return await call(AbortSignal.timeout(kmsDeadlineMs));
  } catch (error) {
    throw new Fault('keys-unavailable', 'The key service did not answer', { cause: error });
  }
}
