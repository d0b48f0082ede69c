import type { Application } from '../../applying/application.model.ts';
import { openSection } from '../../applying/application-sealing.ts';
import { neededSections, type SectionInput } from '../../applying/application-sections.ts';
import type { BureauSubject } from '../../bureau/bureau.service.ts';
import { letsUsAsk } from '../../bureau/credit.rules.ts';
import type { LendingParts } from './lending-parts.ts';
import { answersOf, type PersonOnFile } from './people-on-file.ts';

/** Everybody on a file with their answers, the applicant first. */
export async function peopleOn(parts: LendingParts, application: Application): Promise<PersonOnFile[]> {
  const { _id, partyId } = application;
  const [names, sections, joined] = await Promise.all([
    parts.customers.names([partyId]),
    openAll(parts, application),
    joinedOf(parts, _id),
  ]);
  const applicant: PersonOnFile = {
    ...{ partyId, role: 'applicant', name: names.get(partyId) ?? '', complete: true, sections },
    consented: letsUsAsk(application),
  };
  return [applicant, ...joined];
}

const personSections = ['personal', 'employment', 'obligations'] as const;

/** Co-applicants and guarantors who joined. */
export async function joinedOf({ ports }: LendingParts, applicationId: string): Promise<PersonOnFile[]> {
  const people = (await ports.participants?.answers(applicationId)) ?? [];
  return people.flatMap(({ partyId, role, name, state, sections, consents }) => {
    if (partyId === null) return [];
    const consented = consents.some((consent) => consent.name === 'credit-bureau' && consent.given);
    const answered = personSections.flatMap((section) => {
      const answers = sections[section];
      return answers ? [{ section, answers } as SectionInput] : [];
    });
    return [{ partyId, role, name, consented, complete: state === 'complete', sections: answered }];
  });
}

/** The answered sections in order; none where the applicant's data were erased. */
async function openAll({ platform }: LendingParts, application: Application): Promise<SectionInput[]> {
  const opened: SectionInput[] = [];
  for (const section of neededSections(application)) {
    const answers = await openSection(platform.vault, application, section);
    if (answers) opened.push({ section, answers } as SectionInput);
  }
  return opened;
}

export function bureauSubject(applicationId: string, person: PersonOnFile): BureauSubject {
  const personal = answersOf(person.sections, 'personal');
  return {
    ...{ applicationId, partyId: person.partyId, consented: person.consented },
    taxId: personal?.taxId ?? '',
    name: personal?.fullName ?? person.name,
    birthDate: personal?.birthDate ?? '',
  };
}
