import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cleanedContent, declaredKind, fileKinds, type FileKind } from '#platform/storage/formats/kinds.ts';
import {
  gpsCanary,
  heicFile,
  heicPicture,
  jpegFile,
  pdfFile,
  pdfStream,
  pngChunk,
  pngFile,
  zipTail,
} from '#test/files.ts';

async function* inPieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function cleaned(kind: FileKind, bytes: Buffer, size = 64 * 1024): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(cleanedContent(kind, inPieces(bytes, size))));
}

const fault = (kind: FileKind, bytes: Buffer, size?: number) =>
  cleaned(kind, bytes, size).then(
    () => 'taken',
    (error: unknown) => (error as { fault?: string }).fault ?? error,
  );

const whole: Record<FileKind, () => Buffer> = { pdf: pdfFile, jpeg: jpegFile, png: pngFile, heic: heicFile };

describe('what a file is', () => {
  it.each([
    ['statement.pdf', 'application/pdf', 'pdf'],
    ['PHOTO.JPG', 'image/jpeg', 'jpeg'],
    ['a.b.jpeg', 'image/jpeg', 'jpeg'],
    ['x.png', 'image/png', 'png'],
    ['IMG_1.HEIC', 'application/octet-stream', 'heic'],
    ['IMG_1.heif', 'image/heif', 'heic'],
  ])('%s as %s is %s', (name, type, kind) => {
    expect(declaredKind({ name, type })).toBe(kind);
  });

  it.each([
    ['page.html', 'text/html', 'type-not-taken'],
    ['program.pdf.exe', 'application/pdf', 'type-not-taken'],
    ['pdf', 'application/pdf', 'type-not-taken'],
    ['drawing.svg', 'image/svg+xml', 'type-not-taken'],
    ['statement.pdf', 'text/html', 'types-disagree'],
    ['statement.pdf', 'application/octet-stream', 'types-disagree'],
    ['photo.png', 'image/jpeg', 'types-disagree'],
  ])('%s as %s is refused: %s', (name, type, expected) => {
    expect(() => declaredKind({ name, type })).toThrow(expect.objectContaining({ fault: expected }) as Error);
  });
});

describe.each(fileKinds)('a %s', (kind) => {
  it('is taken, however it is cut into pieces, and is taken again as it was kept', async () => {
    const once = await cleaned(kind, whole[kind]());
    for (const size of [1, 7, 4_096]) expect(await cleaned(kind, whole[kind](), size)).toEqual(once);
    expect(await cleaned(kind, once)).toEqual(once);
  });

  it('is damaged or empty wherever it is cut off', async () => {
    const bytes = whole[kind]();
    expect(await fault(kind, Buffer.alloc(0))).toBe('empty');
    const step = Math.max(1, Math.floor(bytes.length / 60));
    for (let at = 1; at < bytes.length - 6; at += step) {
      expect(['damaged', 'types-disagree', 'two-in-one'], `cut at ${at}`).toContain(
        await fault(kind, bytes.subarray(0, at)),
      );
    }
  });

  it('is refused under every other name, and with a single byte before it', async () => {
    for (const other of fileKinds.filter((one) => one !== kind))
      expect(await fault(other, whole[kind]())).toBe('types-disagree');
    expect(await fault(kind, Buffer.concat([Buffer.from('\n'), whole[kind]()]))).toBe('types-disagree');
  });

  it('is refused with a page or an archive behind it', async () => {
    for (const behind of [Buffer.from('<html><script>alert(1)</script></html>'), zipTail(), Buffer.from('x')]) {
      expect(['two-in-one', 'damaged']).toContain(await fault(kind, Buffer.concat([whole[kind](), behind])));
    }
  });
});

describe('a picture', () => {
  it.each(['jpeg', 'png', 'heic'] as const)('loses its place and every other note: %s', async (kind) => {
    const bytes = whole[kind]();
    expect(bytes.includes(gpsCanary)).toBe(true);
    for (const size of [1, 13, 64 * 1024]) {
      const kept = await cleaned(kind, bytes, size);
      expect(kept.includes('CANARY')).toBe(false);
      expect(kept.includes('xmpmeta')).toBe(false);
    }
  });

  it('keeps the side that is up, its colours and its own bytes', async () => {
    const kept = await cleaned('jpeg', jpegFile({ orientation: 6 }));
    const exif = kept.indexOf('Exif\0\0');
    expect(kept.subarray(exif + 6, exif + 6 + 26).toString('hex')).toBe(
      '4d4d002a00000008' + '0001' + '0112' + '0003' + '00000001' + '00060000' + '00000000',
    );
    expect(kept.includes('ICC_PROFILE')).toBe(true);
    const scan = (bytes: Buffer) => bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xda])));
    expect(scan(kept)).toEqual(scan(jpegFile()));
    const heic = await cleaned('heic', heicFile());
    expect(heic).toHaveLength(heicFile().length);
    expect(heic.includes(heicPicture)).toBe(true);
  });

  it.each([
    ['png', pngFile({ width: 50_000, height: 50_000 })],
    ['png', pngFile({ width: 19_000, height: 19_000 })],
    ['jpeg', jpegFile({ width: 50_000, height: 50_000 })],
    ['heic', heicFile({ width: 50_000, height: 50_000 })],
  ] as const)('with far too many pixels is refused by its header: %s', async (kind, bytes) => {
    expect(await fault(kind, bytes)).toBe('too-many-pixels');
  });

  it('loses the further pictures that a telephone put behind it, which say so', async () => {
    const more = [Buffer.concat([Buffer.from([0xff, 0xe2, 0, 8]), Buffer.from('MPF\0II')])];
    const kept = await cleaned('jpeg', jpegFile({ more, behind: Buffer.concat([jpegFile(), zipTail()]) }));
    expect(kept.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    expect(kept.includes('PK')).toBe(false);
    expect(await fault('jpeg', jpegFile({ behind: jpegFile() }))).toBe('two-in-one');
  });

  it('with a false check sum, an unknown part that matters, or none of its own parts is damaged', async () => {
    const broken = pngFile();
    broken[broken.length - 20] = (broken[broken.length - 20] ?? 0) ^ 1;
    expect(await fault('png', broken)).toBe('damaged');
    expect(await fault('png', pngFile({ more: [pngChunk('EVIL', Buffer.from('x'))] }))).toBe('damaged');
    expect(await fault('jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xd9]))).not.toBe('taken');
    expect(await fault('heic', heicFile({ brand: 'qt  ' }).fill('zzzz', 16, 24))).toBe('types-disagree');
  });
});

describe('a PDF', () => {
  it.each([
    ['active', '<</S/JavaScript/JS(app.alert(1))>>'],
    ['active', '<</S/J#61vaScr#69pt/JS 9 0 R>>'],
    ['active', '<</S /Launch /F (calc.exe)>>'],
    ['active', '<</XFA [(a) 3 0 R]>>'],
    ['carries-files', '<</Type/EmbeddedFile>>'],
    ['protected', '<</Encrypt 9 0 R>>'],
  ])('that is %s is refused: %s', async (expected, object) => {
    for (const size of [1, 5, 64 * 1024])
      expect(await fault('pdf', pdfFile({ objects: [object] }), size)).toBe(expected);
  });

  it('is looked into where objects are packed', async () => {
    const packed = pdfStream(
      deflateSync(Buffer.from('5 0 <</S/JavaScript/JS(x)>>')),
      '/Type/ObjStm/Filter/FlateDecode',
    );
    const hidden = pdfStream(
      deflateSync(Buffer.from('5 0 <</S/JavaScript/JS(x)>>')),
      '/Type/XObject/Filter/FlateDecode',
    );
    for (const size of [1, 64 * 1024])
      for (const object of [packed, hidden])
        expect(await fault('pdf', pdfFile({ objects: [object] }), size)).toBe('active');
  });

  it('whose packed objects would burst, or cannot be looked through, is refused; a large picture is not', async () => {
    const burst = deflateSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await fault('pdf', pdfFile({ objects: [pdfStream(burst, '/Type/ObjStm/Filter/FlateDecode')] }))).toBe(
      'damaged',
    );
    expect(await fault('pdf', pdfFile({ objects: [pdfStream(burst, '/Subtype/Image/Filter/FlateDecode')] }))).toBe(
      'taken',
    );
    const layered = pdfStream(Buffer.from('x'), '/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]');
    expect(await fault('pdf', pdfFile({ objects: [layered] }))).toBe('damaged');
  });

  it('that only says such words is taken', async () => {
    const text = pdfStream(Buffer.from('BT (JavaScript, Launch, Encrypt) Tj ET /Launcher /Encrypted '), '/Length 9');
    expect(await fault('pdf', pdfFile({ objects: [text] }))).toBe('taken');
  });

  it('that is a page, or an archive that ends in its last comment, is refused', async () => {
    expect(await fault('pdf', Buffer.from('%PDF-1.4\n<html><script>x</script></html>\n%%EOF'))).toBe('two-in-one');
    const comment = Buffer.from('%%EOF\n');
    const record = Buffer.concat([zipTail().subarray(0, 20), Buffer.from([comment.length, 0])]);
    expect(await fault('pdf', Buffer.concat([pdfFile(), record, comment]))).toBe('two-in-one');
  });
});
