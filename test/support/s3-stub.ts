import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The part of S3's REST interface that storing files needs, on loopback, for the real SDK. */
export async function startS3Stub() {
  const objects = new Map<string, { body: Buffer; headers: Record<string, unknown> }>();
  const uploads = new Map<string, { key: string; parts: Map<number, Buffer>; headers: Record<string, unknown> }>();
  const state = { objects, uploads, mood: 'answering' as 'answering' | 'denying' };
  const server = createServer((req, res) => {
    void answer(state, req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...state,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setMood: (mood: typeof state.mood) => {
      state.mood = mood;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface State {
  objects: Map<string, { body: Buffer; headers: Record<string, unknown> }>;
  uploads: Map<string, { key: string; parts: Map<number, Buffer>; headers: Record<string, unknown> }>;
  mood: 'answering' | 'denying';
}

async function answer({ objects, uploads, mood }: State, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = new URL(req.url ?? '', 'http://s3');
  const key = decodeURIComponent(url.pathname.split('/').slice(2).join('/'));
  const query = url.searchParams;
  const body = Buffer.concat(await req.toArray().catch(() => []));
  const xml = (status: number, text: string) => res.writeHead(status, { 'content-type': 'application/xml' }).end(text);
  const error = (status: number, code: string) =>
    xml(status, `<Error><Code>${code}</Code><Message>no</Message></Error>`);
  if (mood === 'denying') return void error(403, 'AccessDenied');
  const uploadId = query.get('uploadId') ?? '';
  switch (
    `${req.method ?? ''} ${[...query.keys()].find((name) => ['uploads', 'uploadId'].includes(name)) ?? ''}`.trim()
  ) {
    case 'POST uploads': {
      const id = `upload-${uploads.size + 1}`;
      uploads.set(id, { key, parts: new Map(), headers: req.headers });
      return void xml(200, `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    }
    case 'PUT uploadId':
      uploads.get(uploadId)?.parts.set(Number(query.get('partNumber')), body);
      return void res.writeHead(200, { etag: `"${query.get('partNumber') ?? ''}"` }).end();
    case 'POST uploadId': {
      const upload = uploads.get(uploadId);
      uploads.delete(uploadId);
      const parts = [...(upload?.parts ?? [])].sort(([a], [b]) => a - b).map(([, part]) => part);
      objects.set(key, { body: Buffer.concat(parts), headers: upload?.headers ?? {} });
      return void xml(200, '<CompleteMultipartUploadResult><ETag>"x"</ETag></CompleteMultipartUploadResult>');
    }
    case 'DELETE uploadId':
      uploads.delete(uploadId);
      return void res.writeHead(204).end();
    case 'GET uploads': {
      const prefix = query.get('prefix') ?? '';
      const found = [...uploads].filter(([, upload]) => upload.key.startsWith(prefix));
      const list = found.map(([id, upload]) => `<Upload><Key>${upload.key}</Key><UploadId>${id}</UploadId></Upload>`);
      return void xml(200, `<ListMultipartUploadsResult>${list.join('')}</ListMultipartUploadsResult>`);
    }
    case 'PUT':
      objects.set(key, { body, headers: req.headers });
      return void res.writeHead(200, { etag: '"x"' }).end();
    case 'DELETE':
      objects.delete(key);
      return void res.writeHead(204).end();
    case 'GET': {
      const found = objects.get(key);
      if (!found) return void error(404, 'NoSuchKey');
      return void res.writeHead(200).end(found.body);
    }
    default:
      return void error(400, 'InvalidRequest');
  }
}
