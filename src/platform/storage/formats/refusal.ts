/** Why a file is not taken. Nothing of it is kept. */
export const fileFaults = [
  'empty',
  'too-large',
  /** Not a PDF, JPEG, PNG or HEIC by its name. */
  'type-not-taken',
  /** The name, the type that the browser gave and the content do not say the same. */
  'types-disagree',
  /** Cut off, or not put together as its format says. */
  'damaged',
  /** Something else follows where the file should end, or is hidden in it: it would be two files in one. */
  'two-in-one',
  'too-many-pixels',
  /** A PDF that runs programs. */
  'active',
  /** A PDF that carries other files. */
  'carries-files',
  /** A PDF that needs a password, so that nobody can look into it. */
  'protected',
  /** Too many uploads under way. */
  'busy',
] as const;
export type FileFault = (typeof fileFaults)[number];

/** Thrown out of the middle of a stream; `Quarantine.receive` gives it as a refusal. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly fault: FileFault;
  constructor(fault: FileFault) {
    super(`The file is refused: ${fault}`);
    this.fault = fault;
  }
}
