import type { Application } from '../applying/application.model.ts';
import { neededSections } from '../applying/application-sections.ts';
import { sectionTitles } from '../applying/application-texts.ts';

/** What a question may be about, for the officer to choose from. */
export function aboutOptions(application: Application): { value: string; text: string }[] {
  return [
    { value: '', text: 'The application as a whole' },
    ...neededSections(application).map((section) => ({ value: `section:${section}`, text: sectionTitles[section] })),
    { value: 'documents', text: 'A document' },
  ];
}

/** `about` as words after a lead, such as ` about `; empty for the application as a whole. */
export function aboutText(about: string, lead: string): string {
  if (about === 'documents') return `${lead}a document`;
  const title = new Map<string, string>(Object.entries(sectionTitles)).get(about.replace(/^section:/, ''));
  return title === undefined ? '' : `${lead}${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}
