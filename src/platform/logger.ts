import { pino, type Logger as PinoLogger, type DestinationStream } from 'pino';

export type Logger = PinoLogger;

// Names under which a secret or a personal value could ever be handed to the log, at two depths.
const secretNames = [
  'password',
  'passwordAgain',
  'passwordHash',
  'secret',
  'token',
  '_csrf',
  'cookie',
  'authorization',
  'email',
  'phone',
  'fullName',
  'name',
  'birthDate',
  'taxId',
  'address',
  'income',
  'accountNumber',
  'iban',
  'body',
  'uri',
];

/** A structured log to standard output (or `destination`), which never takes a body, a header or a personal value. */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
    serializers: { err: errorFacts },
  };
  return options.destination ? pino(settings, options.destination) : pino(settings);
}

/** What of an error may be logged: a driver's message can quote the document (E11000 names the key), so that part is cut. */
function errorFacts(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: 'Something that is not an error was thrown' };
  const code: unknown = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: error.message.replace(/dup key:.*/s, 'dup key: [redacted]'),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    stack: error.stack?.split('\n').slice(1, 12).join('\n'),
    ...(error.cause === undefined ? {} : { cause: errorFacts(error.cause) }),
  };
}
