export interface ScreenedPerson {
  fullName: string;
  /** `1990-04-23`, or undefined where it is not known. */
  birthDate: string | undefined;
}

export interface ScreeningHit {
  /** The name as it stands on the list, with the list's own number of the entry. */
  name: string;
  entry: string;
  /**
   * What agreed. A name alone is never more than a matter for review; with the birth date it goes to a senior officer
   * or to compliance.
   */
  agreed: 'name' | 'name-and-birth-date';
}

/** Somebody on a list. */
export interface ListedName {
  entry: string;
  name: string;
  birthDate?: string;
}

/** Letters without their marks, in any order of the words: `Müller, Anna` and `ANNA MULLER` are one name. */
export function nameWords(name: string): Set<string> {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return new Set(plain.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== ''));
}

/**
 * Those on the list whose name is contained in the person's or contains it. One word alone must be the whole name: a
 * first name that many bear is no match.
 */
export function matchNames(person: ScreenedPerson, list: readonly ListedName[]): ScreeningHit[] {
  const own = nameWords(person.fullName);
  return list.flatMap(({ entry, name, birthDate }) => {
    const listed = nameWords(name);
    const [fewer, more] = listed.size <= own.size ? [listed, own] : [own, listed];
    const enough = fewer.size >= 2 || fewer.size === more.size;
    if (fewer.size === 0 || !enough || !fewer.isSubsetOf(more)) return [];
    const sameDay = birthDate !== undefined && birthDate === person.birthDate;
    return [{ entry, name, agreed: sameDay ? ('name-and-birth-date' as const) : ('name' as const) }];
  });
}
