import { Fault } from '#core/errors.ts';

/** Nobody works on their own file: a colleague does. */
export function forbidden(): Fault {
  return new Fault('forbidden', 'Nobody works on their own loan');
}
