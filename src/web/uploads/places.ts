import type { Permission } from '#core/roles.ts';
import { paths } from '../paths.ts';

const megabyte = 1024 * 1024;
export const mostDocumentBytes = 10 * megabyte;

interface Place {
  path: string | RegExp;
  needs: Permission;
  field: string;
  mostBytes: number;
  /** Read whole for the route, or sealed into quarantine while it comes in. */
  into: 'memory' | 'quarantine';
}

/** Where files may be sent, and by whom. A file sent anywhere else is not read at all. */
const places: readonly Place[] = [
  {
    path: paths.uploadImport,
    needs: 'transaction:import',
    field: 'file',
    mostBytes: 5 * megabyte,
    into: 'memory',
  },
  { path: paths.uploadLoanImport, needs: 'loan:import', field: 'file', mostBytes: 5 * megabyte, into: 'memory' },
  { path: paths.riskBatches, needs: 'score:try', field: 'file', mostBytes: 5 * megabyte, into: 'memory' },
  {
    path: /^\/loans\/apply\/[0-9a-f-]{36}\/documents\/[a-z-]{1,40}\/upload$/,
    needs: 'loan:apply',
    field: 'file',
    mostBytes: mostDocumentBytes,
    into: 'quarantine',
  },
];

export function placeOf(path: string): Place | undefined {
  return places.find((place) => (typeof place.path === 'string' ? place.path === path : place.path.test(path)));
}
export type { Place };
