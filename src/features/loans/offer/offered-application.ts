import type { Application, Offer } from '../applying/application.model.ts';

export type OfferedApplication = Application & { offer: Offer };
