import { expect, it } from 'vitest';
import { matchNames } from '#features/customers/screening/listed-names.rules.ts';
import { createListScreener } from '#features/customers/screening/list-screener.ts';

const list = [
  { entry: 'L1', name: 'Müller, Anna Maria', birthDate: '1970-05-01' },
  { entry: 'L2', name: 'Zorro' },
];
const agreed = (fullName: string, birthDate?: string) =>
  matchNames({ fullName, birthDate }, list).map((hit) => `${hit.entry} ${hit.agreed}`);

it.each<[string, string | undefined, string[]]>([
  ['ANNA MULLER', undefined, ['L1 name']],
  ['anna-maria müller', '1970-05-01', ['L1 name-and-birth-date']],
  ['Anna Muller', '1980-05-01', ['L1 name']],
  ['Anna', undefined, []],
  ['Anna Schmidt', undefined, []],
  ['Zorro', undefined, ['L2 name']],
  ['Zorro Garcia', undefined, []],
  ['', undefined, []],
  ['...', undefined, []],
])('%s born %s', (name, born, hits) => {
  expect(agreed(name, born)).toEqual(hits);
});

it('says plainly that nobody looked where no list is loaded', async () => {
  const nobody = await createListScreener([]).screen({ fullName: 'Anna Muller', birthDate: undefined });
  expect(nobody).toEqual({ result: 'not-screened', why: 'Not screened: no list of names is loaded.' });
  expect(await createListScreener(list).screen({ fullName: 'Bo Li', birthDate: undefined })).toMatchObject({
    result: 'clear',
  });
});
