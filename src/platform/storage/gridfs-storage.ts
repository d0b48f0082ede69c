import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GridFSBucket } from 'mongodb';
import type { Database } from '../mongo.ts';
import type { Storage } from './storage.ts';

const bucketName = 'files';
/** Few writes a file, and still little memory for one under way. */
const chunkBytes = 512 * 1024;

/** The embedded default: files in the database that is there, beside everything else, in its backups too. */
export function createGridFsStorage({ db }: Pick<Database, 'db'>): Storage {
  const bucket = new GridFSBucket(db, { bucketName, chunkSizeBytes: chunkBytes });
  const files = db.collection<{ _id: string }>(`${bucketName}.files`);
  const chunks = db.collection<{ files_id: string }>(`${bucketName}.chunks`);
  return {
    kind: 'gridfs',
    put: async (id, content, signal) => {
      // The driver types an id as its own; ours are strings, which the server takes as well.
      const target = bucket.openUploadStreamWithId(id as never, id);
      await pipeline(Readable.from(content), target, signal ? { signal } : {});
    },
    get: async (id) => {
      const found = await files.findOne({ _id: id }, { projection: { _id: 1 } });
      return found ? bucket.openDownloadStream(id as never) : undefined;
    },
    remove: async (id) => {
      // Not by the bucket, which calls it a fault where a put died before it wrote the file's own document.
      await files.deleteOne({ _id: id });
      await chunks.deleteMany({ files_id: id });
    },
  };
}
