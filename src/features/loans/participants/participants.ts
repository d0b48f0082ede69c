import { jointItem, waitsForYou } from './joint.view.ts';

/** What the home page shows of somebody else's loans. */
export const loanPeople = { homeItem: jointItem, waits: waitsForYou };
export type { Participants } from './participants.service.ts';
