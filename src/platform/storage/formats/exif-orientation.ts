/** Which side of a picture is up: tag 0x0112 of the first directory (Exif 2.32, 4.6.4), 1 to 8; undefined without one. */
export function orientationOf(tiff: Buffer): number | undefined {
  const order = tiff.subarray(0, 2).toString('latin1');
  if (tiff.length < 14 || (order !== 'II' && order !== 'MM')) return undefined;
  const short = (at: number) => (order === 'II' ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const directory = order === 'II' ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  if (directory + 2 > tiff.length) return undefined;
  const entries = Math.min(short(directory), 200);
  for (let entry = 0; entry < entries; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (at + 12 > tiff.length) return undefined;
    if (short(at) !== 0x0112 || short(at + 2) !== 3) continue;
    const orientation = short(at + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : undefined;
  }
  return undefined;
}

/** Exif that says nothing but which side is up. */
export function minimalExif(orientation: number): Buffer {
  const directory = Buffer.from('0001' + '0112' + '0003' + '00000001' + '00000000' + '00000000', 'hex');
  directory.writeUInt16BE(orientation, 10);
  return Buffer.concat([Buffer.from('Exif\0\0MM\0\x2a\0\0\0\x08', 'latin1'), directory]);
}
