import { counted } from '#core/format.ts';
import { paths } from '#web/paths.ts';
import { ownChecks } from './kyc-file.view.ts';
import type { KycFile } from './kyc-reading.ts';
import { checkNames, isSettled, verdictOf } from './kyc.rules.ts';
import { checkTexts, stateBadges } from './kyc-texts.ts';

/** The panel on an application's file: one line a person, with what is missing. */
export function fileKyc(people: readonly KycFile[]) {
  return {
    people: people.map((found) => {
      const { standing, duplicates, conflict } = found;
      const open = (conflict ? ownChecks : checkNames).filter((name) => !isSettled(standing.checks, name));
      const undecided = duplicates.filter(({ verdict }) => verdict === undefined).length;
      return {
        name: found.name,
        href: paths.staffKyc(found.partyId),
        badge: stateBadges[standing.state],
        missing:
          standing.state === 'verified'
            ? 'Every check is settled.'
            : open.length === 0
              ? 'Every check is settled; somebody has to sign.'
              : `Open: ${open.map((name) => checkTexts[name].toLowerCase()).join(', ')}.`,
        screening:
          !conflict && verdictOf(standing.checks, 'screening') === 'not-done'
            ? (found.record?.screening?.said ?? '')
            : undefined,
        duplicates:
          conflict || duplicates.length === 0
            ? undefined
            : `Shares something with ${counted(duplicates.length, 'customer')}${undecided > 0 ? `, ${undecided} not decided` : ''}.`,
      };
    }),
  };
}
