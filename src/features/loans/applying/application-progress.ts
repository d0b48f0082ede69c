import type { Companion } from '#platform/companion.ts';
import { isActive, type MissingPerson, type ParticipantState } from '../participants/participant.rules.ts';
import type { Application } from './application.model.ts';
import { missingSections, type SectionName } from './application-sections.ts';

/** What others hold of an application and must have before it is sent; wired by the composition. */
export interface ApplicationPorts {
  people?: {
    missing(application: Application): Promise<MissingPerson[]>;
    /** Everybody who was invited, whatever became of it. */
    of(applicationId: string): Promise<readonly { state: ParticipantState }[]>;
    /** To commit with the submission, so that nobody takes a consent back in between. */
    submissionGuards(applicationId: string): Promise<Companion[]>;
    /** After the terms were saved: whoever agreed to others is asked again. */
    voidOldConsents(applicationId: string): Promise<unknown>;
  };
  documents?: { missing(application: Application): Promise<readonly { label: string }[]> };
  /** What the officer wrote who gave the application back. */
  words?: (application: Application) => Promise<string | undefined>;
}

/** What stands in the way of sending an application. */
export interface StillMissing {
  sections: SectionName[];
  people: MissingPerson[];
  /** The labels of papers. */
  documents: string[];
}

export async function stillMissing(ports: ApplicationPorts, application: Application): Promise<StillMissing> {
  const [people = [], documents = []] = await Promise.all([
    ports.people?.missing(application),
    ports.documents?.missing(application),
  ]);
  return { sections: missingSections(application), people, documents: documents.map(({ label }) => label) };
}

export interface Progress extends StillMissing {
  /** Sections with something typed that makes no answers yet. */
  unfinished: SectionName[];
  /** How many take part beside the applicant; undefined where nobody can. */
  taking: number | undefined;
  /** Whether papers are asked for. */
  papers: boolean;
  words: string | undefined;
}

export async function progressOf(
  ports: ApplicationPorts,
  facts: {
    application: Application;
    product: { documents: readonly unknown[]; participants: { mostCoApplicants: number; guarantor: string } };
    unfinished: SectionName[];
  },
): Promise<Progress> {
  const { application, product, unfinished } = facts;
  const { mostCoApplicants, guarantor } = product.participants;
  const people = mostCoApplicants > 0 || guarantor !== 'none' ? ports.people : undefined;
  const [missing, taking, words] = await Promise.all([
    stillMissing(ports, application),
    people?.of(application._id),
    application.state === 'returned' ? ports.words?.(application) : undefined,
  ]);
  return {
    ...missing,
    unfinished,
    taking: taking?.filter(({ state }) => isActive(state)).length,
    papers: ports.documents !== undefined && product.documents.length > 0,
    words,
  };
}
