import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/ids.ts';
import { openPortal, type TestPortal } from '#test/portal.ts';
import { gpsCanary, heicFile, jpegFile, pdfFile, pngFile, zipTail } from '#test/files.ts';
import { filesIn, sendFile, settled } from './document-builders.ts';

let portal: TestPortal;
const logLines: string[] = [];
beforeAll(async () => {
  portal = await openPortal({ logLines });
});
afterAll(() => portal.close());

async function applicant() {
  const browser = await portal.borrower('Canary Applicant');
  const who = { actor: browser.userId, partyId: browser.partyId };
  const started = await portal.services.applications.start({ ...who, branchId: 'head-office', productCode: 'home' });
  if (!started.ok) throw new Error('The draft was not started');
  const id = started.value._id;
  return { browser, who, id, page: `/loans/apply/${id}/documents` };
}

const nobodysFiles = async () => (await filesIn(portal)).quarantinedFiles === 0;

describe('sending a document', () => {
  it('keeps it sealed, shows it on the page, and gives it back as an attachment only', async () => {
    const { browser, id, page } = await applicant();
    expect((await browser.get(page)).text).toContain('Proof of identity');
    const sent = await sendFile(browser, id, { name: 'my passport.pdf', content: pdfFile({ fillBytes: 900_000 }) });
    expect([sent.status, sent.headers.location]).toEqual([303, page]);
    const shown = (await browser.get(page)).text;
    expect(shown).toContain('my passport.pdf');
    expect(shown).toContain('Received');
    const href = /href="([^"]+\/file)"/.exec(shown)?.[1] ?? '';
    const file = await browser.download(href);
    expect(file.status).toBe(200);
    expect(file.body).toEqual(pdfFile({ fillBytes: 900_000 }));
    expect(file.headers['content-disposition']).toBe('attachment; filename=identity-1.pdf');
    expect(file.headers['x-content-type-options']).toBe('nosniff');
    expect(file.headers['cache-control']).toBe('private, no-store');
    await settled(nobodysFiles);
    const chunks = await portal.database.db.collection('files.chunks').find().toArray();
    expect(JSON.stringify(chunks)).not.toContain(Buffer.from('%PDF').toString('base64').slice(0, 5));
    const documents = await portal.database.db.collection('applicationDocuments').find().toArray();
    expect(JSON.stringify(documents)).not.toContain('passport');
  });

  it.each([
    ['png', 'image/png', pngFile()],
    ['jpg', 'image/jpeg', jpegFile()],
    ['heic', 'application/octet-stream', heicFile()],
  ])('strips the place out of a picture before anything is stored: %s', async (extension, type, content) => {
    const { browser, id, page } = await applicant();
    expect((await sendFile(browser, id, { name: `photo.${extension}`, type, content })).status).toBe(303);
    const href = /href="([^"]+\/file)"/.exec((await browser.get(page)).text)?.[1] ?? '';
    const body = (await browser.download(href)).body as Buffer;
    expect(body.length).toBeGreaterThan(50);
    expect(body.includes('CANARY')).toBe(false);
    expect(content.includes(gpsCanary)).toBe(true);
  });

  it.each([
    ['HTML as PDF', 'a.pdf', 'application/pdf', Buffer.from('<html><script>alert(1)</script>'), 'not the kind of file'],
    [
      'a page inside a PDF',
      'a.pdf',
      'application/pdf',
      Buffer.from('%PDF-1.7\n<script>1</script>\n%%EOF'),
      'something else',
    ],
    ['an archive behind a picture', 'a.jpg', 'image/jpeg', jpegFile({ behind: zipTail() }), 'something else'],
    ['a bomb', 'a.png', 'image/png', pngFile({ width: 50_000, height: 50_000 }), 'more pixels'],
    ['a wrong extension', 'a.exe', 'application/pdf', pdfFile(), 'We take PDF, JPEG, PNG and HEIC'],
    ['a wrong type', 'a.pdf', 'text/html', pdfFile(), 'not the kind of file'],
    [
      'a program in a PDF',
      'a.pdf',
      'application/pdf',
      pdfFile({ objects: ['<</S/JavaScript>>'] }),
      'contains a program',
    ],
    ['9 MB of a page', 'a.pdf', 'application/pdf', Buffer.alloc(9_000_000, '<p>hello</p>'), 'not the kind of file'],
    ['nothing', 'a.pdf', 'application/pdf', Buffer.alloc(0), 'empty'],
    ['a little too much', 'a.pdf', 'application/pdf', pdfFile({ fillBytes: 10 * 1024 * 1024 }), 'larger than 10 MB'],
  ])('refuses %s with a sentence, and keeps nothing of it', async (_what, name, type, content, sentence) => {
    const { browser, id } = await applicant();
    await settled(nobodysFiles);
    const before = await filesIn(portal);
    const refused = await sendFile(browser, id, { name, type, content });
    expect(refused.status).toBe(422);
    const said = /id="file-identity-error">[\s\S]*?Error: <\/span>([^<]+)/.exec(refused.text)?.[1];
    expect(said).toContain(sentence);
    expect(refused.text).toContain('id="error-summary"');
    await settled(async () => JSON.stringify(await filesIn(portal)) === JSON.stringify(before));
  });

  it('stops reading 100 MB early, with a sentence', async () => {
    const { browser, id } = await applicant();
    const before = await filesIn(portal);
    const refused = await sendFile(browser, id, { content: Buffer.alloc(100 * 1024 * 1024, 0x20) });
    expect(refused.status).toBe(413);
    expect(refused.text).toContain('This file is too large');
    expect(await filesIn(portal)).toEqual(before);
  });

  it('asks for a file where none came, and takes one only', async () => {
    const { browser, id } = await applicant();
    const none = await browser.post(`/loans/apply/${id}/documents/identity/upload`);
    expect([none.status, none.text.includes('Choose a file first')]).toEqual([422, true]);
    expect((await sendFile(browser, id, { kind: 'love-letter', content: pdfFile() })).status).toBe(404);
    const unlisted = await sendFile(browser, id, { kind: 'vehicle-invoice', content: pdfFile() });
    expect([unlisted.status, unlisted.text.includes('not on the list')]).toEqual([409, true]);
    await settled(nobodysFiles);
  });

  it('without the token, from another site or signed out nothing is kept', async () => {
    const { browser, id } = await applicant();
    await settled(nobodysFiles);
    const before = await filesIn(portal);
    expect((await sendFile(browser, id, { content: pdfFile(), csrf: false })).status).toBe(403);
    const elsewhere = { headers: { 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' } };
    expect((await sendFile(browser, id, { content: pdfFile(), ...elsewhere })).status).toBe(403);
    expect((await sendFile(browser, id, { content: pdfFile(), headers: { Accept: '*/*' } })).status).toBe(403);
    expect((await sendFile(portal.visitor(), id, { content: pdfFile() })).status).toBe(403);
    expect((await sendFile(await portal.staff('officer'), id, { content: pdfFile() })).status).toBe(403);
    await settled(async () => JSON.stringify(await filesIn(portal)) === JSON.stringify(before));
  });

  it('leaves nothing on somebody else’s application, which is not found', async () => {
    const [mine, theirs] = [await applicant(), await applicant()];
    await settled(nobodysFiles);
    const before = await filesIn(portal);
    expect((await sendFile(mine.browser, theirs.id, { content: pdfFile() })).status).toBe(404);
    expect((await mine.browser.get(theirs.page)).status).toBe(404);
    expect((await sendFile(mine.browser, newId(), { content: pdfFile() })).status).toBe(404);
    await settled(async () => JSON.stringify(await filesIn(portal)) === JSON.stringify(before));
    await sendFile(theirs.browser, theirs.id, { content: pdfFile() });
    const href = /href="([^"]+\/file)"/.exec((await theirs.browser.get(theirs.page)).text)?.[1] ?? '';
    expect((await mine.browser.get(href)).status).toBe(404);
    expect((await mine.browser.post(href.replace(/file$/, 'remove'))).status).toBe(404);
    expect((await mine.browser.get(href.replace(theirs.id, mine.id))).status).toBe(404);
  });

  it('supersedes the one before it, at most five times, and a deleted draft goes with its content', async () => {
    const { browser, id, page } = await applicant();
    for (let version = 1; version <= 5; version += 1)
      expect((await sendFile(browser, id, { name: `v${version}.pdf`, content: pdfFile() })).status).toBe(303);
    const sixth = await sendFile(browser, id, { name: 'v6.pdf', content: pdfFile() });
    expect([sixth.status, sixth.text.includes('which is the most we keep')]).toEqual([409, true]);
    const shown = (await browser.get(page)).text;
    expect(shown).toContain('Earlier versions (4)');
    expect(shown).not.toContain(`${page}/identity/upload`);
    const remove = /action="([^"]+\/remove)"/.exec(shown)?.[1] ?? '';
    expect((await browser.post(remove)).status).toBe(303);
    const after = (await browser.get(page)).text;
    expect(after).toContain('Earlier versions (3)');
    expect(after).not.toContain('v5.pdf');
    const fileId = remove.split('/').at(-2);
    const { db } = portal.database;
    expect(await db.collection('files.chunks').countDocuments({ files_id: fileId })).toBe(0);
    expect((await browser.post(remove)).status).toBe(404);
  });

  it('says nothing of files and their names in any log line', () => {
    expect(logLines.length).toBeGreaterThan(10);
    const all = logLines.join('\n');
    for (const personal of ['my passport', 'CANARY', 'Canary Applicant', 'v5.pdf']) expect(all).not.toContain(personal);
  });
});

describe('a sender who leaves', () => {
  it('in the middle of a file leaves nothing behind', async () => {
    const { browser, id } = await applicant();
    await settled(nobodysFiles);
    const before = await filesIn(portal);
    const server = createServer(portal.app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const boundary = 'x-boundary';
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const head = [
      `POST /loans/apply/${id}/documents/identity/upload HTTP/1.1`,
      ...['Host: 127.0.0.1', `Cookie: ${browser.cookies()}`, 'Sec-Fetch-Site: same-origin', 'Content-Length: 9000000'],
      `Content-Type: multipart/form-data; boundary=${boundary}`,
    ];
    const part = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`;
    socket.write(`${head.join('\r\n')}\r\n\r\n${part}`);
    socket.write(jpegFile({ dataBytes: 8_000_000 }).subarray(0, 6_000_000));
    await settled(async () => ((await filesIn(portal))['files.chunks'] ?? 0) > (before['files.chunks'] ?? 0));
    socket.destroy();
    await settled(async () => JSON.stringify(await filesIn(portal)) === JSON.stringify(before));
    server.close();
  });
});
