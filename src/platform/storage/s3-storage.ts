import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Fault } from '#core/errors.ts';
import type { Storage } from './storage.ts';

/** S3 takes no smaller parts; with one under way at a time this is what a file costs in memory. */
const partBytes = 5 * 1024 * 1024;
const answerMs = 10_000;
const putMs = 60_000;

export interface S3Options {
  bucket: string;
  kmsKeyId: string;
  region: string;
  endpoint?: string;
}

/** Amazon S3, encrypted a second time by S3 under a key of KMS (SSE-KMS). Out of reach is a fault of kind `unavailable`. */
export function createS3Storage(options: S3Options): Storage {
  const { bucket: Bucket, kmsKeyId, region, endpoint } = options;
  const client = new S3Client({
    region,
    maxAttempts: 3,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
  });
  const keyOf = (id: string) => `documents/${id}`;
  return {
    kind: 's3',
    put: (id, content, signal) =>
      guarded('The file could not be stored', async () => {
        const upload = new Upload({
          client,
          partSize: partBytes,
          queueSize: 1,
          params: {
            Bucket,
            Key: keyOf(id),
            Body: Readable.from(content, { objectMode: false }),
            ContentType: 'application/octet-stream',
            ServerSideEncryption: 'aws:kms',
            SSEKMSKeyId: kmsKeyId,
          },
        });
        await untilAborted(upload, AbortSignal.any([AbortSignal.timeout(putMs), ...(signal ? [signal] : [])]));
      }),
    get: (id) =>
      guarded('The file could not be fetched', async () => {
        try {
          const command = new GetObjectCommand({ Bucket, Key: keyOf(id) });
          const { Body } = await client.send(command, { abortSignal: AbortSignal.timeout(answerMs) });
          return Body as Readable;
        } catch (error) {
          if (error instanceof NoSuchKey) return undefined;
          throw error;
        }
      }),
    remove: (id) => guarded('The file could not be removed', () => removeAll(client, { Bucket, Key: keyOf(id) })),
  };
}

/** The object, and uploads of it that never ended: S3 keeps their parts until somebody gives them up. */
async function removeAll(client: S3Client, object: { Bucket: string; Key: string }): Promise<void> {
  const { Bucket } = object;
  const abortSignal = AbortSignal.timeout(answerMs);
  await client.send(new DeleteObjectCommand(object), { abortSignal });
  const begun = new ListMultipartUploadsCommand({ Bucket, Prefix: object.Key, MaxUploads: 100 });
  const { Uploads = [] } = await client.send(begun, { abortSignal });
  for (const { Key, UploadId } of Uploads) {
    if (Key !== object.Key || UploadId === undefined) continue;
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }), { abortSignal });
  }
}

async function untilAborted(upload: Upload, signal: AbortSignal): Promise<void> {
  const abort = () => void upload.abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    await upload.done();
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

async function guarded<T>(sentence: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Fault('unavailable', sentence, { cause: error });
  }
}
