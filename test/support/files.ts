import { crc32, deflateSync } from 'node:zlib';

/** Files for tests, made by hand: small, whole, and with a canary in every note that a camera or program may leave. */
export const gpsCanary = 'GPS-CANARY-51.5007N-0.1246W';

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const latin = (text: string) => Buffer.from(text, 'latin1');

/** TIFF with an orientation and a directory of the place, little-endian as telephones write it. */
function exifTiff(orientation: number): Buffer {
  const head = Buffer.from('49492a0008000000' + '0200', 'hex');
  const entry = (tag: number, type: number, value: number) => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(1, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  return Buffer.concat([head, entry(0x0112, 3, orientation), entry(0x8825, 4, 38), Buffer.alloc(4), latin(gpsCanary)]);
}

const jpegSegment = (code: number, body: Buffer) =>
  Buffer.concat([Buffer.from([0xff, code]), u16(body.length + 2), body]);

export interface JpegOptions {
  width?: number;
  height?: number;
  orientation?: number;
  /** Of the compressed picture. */
  dataBytes?: number;
  /** Segments after the first Exif. */
  more?: Buffer[];
  behind?: Buffer;
}

/** Put together as a JPEG is; what is compressed in it is noise, which no inspector looks into. */
export function jpegFile(options: JpegOptions = {}): Buffer {
  const { width = 640, height = 480, orientation = 6, dataBytes = 2_000, more = [], behind } = options;
  const frame = Buffer.concat([Buffer.from([8]), u16(height), u16(width), Buffer.from([1, 1, 0x11, 0])]);
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    jpegSegment(0xe0, Buffer.concat([latin('JFIF\0\x01\x01\0\0\x01\0\x01'), Buffer.from([1, 1, 1, 2, 3])])),
    jpegSegment(0xe1, Buffer.concat([latin('Exif\0\0'), exifTiff(orientation)])),
    jpegSegment(0xe1, latin(`http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>${gpsCanary}</x:xmpmeta>`)),
    jpegSegment(0xed, latin(`Photoshop 3.0\0${gpsCanary}`)),
    jpegSegment(0xfe, latin(gpsCanary)),
    jpegSegment(0xe2, latin('ICC_PROFILE\0\x01\x01colours')),
    ...more,
    jpegSegment(0xdb, Buffer.alloc(65)),
    jpegSegment(0xc0, frame),
    jpegSegment(0xc4, Buffer.alloc(20)),
    jpegSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    jpegData(dataBytes),
    Buffer.from([0xff, 0xd9]),
    behind ?? Buffer.alloc(0),
  ]);
}

/** With stuffed bytes and restarts, as a scan has them. */
function jpegData(bytes: number): Buffer {
  const data = Buffer.alloc(bytes, 0x5a);
  for (let at = 10; at + 1 < bytes; at += 97) data.set([0xff, at % 2 === 0 ? 0x00 : 0xd0 + (at % 8)], at);
  return data;
}

export const pngChunk = (type: string, body: Buffer) =>
  Buffer.concat([u32(body.length), latin(type), body, u32(crc32(Buffer.concat([latin(type), body])))]);

export function pngFile(options: { width?: number; height?: number; more?: Buffer[]; behind?: Buffer } = {}): Buffer {
  const { width = 8, height = 8, more = [], behind } = options;
  const rows = deflateSync(Buffer.alloc((1 + 8 * 3) * 8, 1));
  return Buffer.concat([
    latin('\x89PNG\r\n\x1a\n'),
    pngChunk('IHDR', Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, 0])])),
    pngChunk('eXIf', exifTiff(1)),
    pngChunk('tEXt', latin(`Location\0${gpsCanary}`)),
    pngChunk('iTXt', latin(`XML:com.adobe.xmp\0\0\0\0\0${gpsCanary}`)),
    pngChunk('tIME', Buffer.from('07ea0b1514000', 'hex')),
    pngChunk('pHYs', Buffer.concat([u32(2835), u32(2835), Buffer.from([1])])),
    ...more,
    pngChunk('IDAT', rows.subarray(0, 10)),
    pngChunk('IDAT', rows.subarray(10)),
    pngChunk('IEND', Buffer.alloc(0)),
    behind ?? Buffer.alloc(0),
  ]);
}

const box = (type: string, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), latin(type), body]);
};
const fullBox = (type: string, version: number, ...parts: Buffer[]) =>
  box(type, Buffer.from([version, 0, 0, 0]), ...parts);

export const heicPicture = latin('HEVC-PICTURE-BYTES'.repeat(20));

/** Three items: the picture, its Exif and its XMP, with bytes between that belong to none. */
export function heicFile(options: { width?: number; height?: number; behind?: Buffer; brand?: string } = {}): Buffer {
  const { width = 4032, height = 3024, behind, brand = 'heic' } = options;
  const fileType = box('ftyp', latin(brand), u32(0), latin('mif1heic'));
  const item = (id: number, type: string, rest = '') => fullBox('infe', 2, u16(id), u16(0), latin(`${type}${rest}\0`));
  const exif = Buffer.concat([u32(6), latin('Exif\0\0'), exifTiff(1)]);
  const xmp = latin(`<x:xmpmeta>${gpsCanary}</x:xmpmeta>`);
  const between = latin(`between ${gpsCanary}`);
  const meta = (start: number) => {
    const place = (id: number, from: number, bytes: number) =>
      Buffer.concat([u16(id), u16(0), u16(1), u32(start + from), u32(bytes)]);
    const [exifAt, xmpAt] = [heicPicture.length + between.length, heicPicture.length + between.length + exif.length];
    return fullBox(
      'meta',
      0,
      fullBox('hdlr', 0, u32(0), latin('pict'), Buffer.alloc(13)),
      fullBox('pitm', 0, u16(1)),
      fullBox(
        'iloc',
        0,
        Buffer.from([0x44, 0x00]),
        u16(3),
        place(1, 0, heicPicture.length),
        place(2, exifAt, exif.length),
        place(3, xmpAt, xmp.length),
      ),
      fullBox('iinf', 0, u16(3), item(1, 'hvc1'), item(2, 'Exif'), item(3, 'mime', '\0application/rdf+xml')),
      box('iprp', box('ipco', fullBox('ispe', 0, u32(width), u32(height)), fullBox('udes', 0, latin(gpsCanary)))),
      box('uuid', latin(gpsCanary)),
    );
  };
  const start = fileType.length + meta(0).length + 8;
  const data = box('mdat', heicPicture, between, exif, xmp);
  return Buffer.concat([fileType, meta(start), data, box('free', latin(gpsCanary)), behind ?? Buffer.alloc(0)]);
}

/** A whole PDF of one page; `objects` are put between. */
export function pdfFile(options: { objects?: (string | Buffer)[]; behind?: Buffer; fillBytes?: number } = {}): Buffer {
  const { objects = [], behind, fillBytes = 0 } = options;
  return Buffer.concat([
    latin('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n'),
    latin('2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R>>\nendobj\n'),
    ...objects.map((object, n) => Buffer.concat([latin(`${n + 4} 0 obj\n`), Buffer.from(object), latin('\nendobj\n')])),
    fillBytes === 0 ? Buffer.alloc(0) : pdfStream(Buffer.alloc(fillBytes, 0x37), '/Type/XObject'),
    latin('xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n'),
    behind ?? Buffer.alloc(0),
  ]);
}

export function pdfStream(content: Buffer, dictionary: string): Buffer {
  return Buffer.concat([latin(`<<${dictionary}/Length ${content.length}>>\nstream\n`), content, latin('\nendstream')]);
}

/** An archive that says it ends where the file ends. */
export function zipTail(): Buffer {
  return Buffer.concat([latin('PK\x05\x06'), Buffer.alloc(18)]);
}
