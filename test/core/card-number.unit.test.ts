import { describe, expect, it } from 'vitest';
import { holdsCardNumber } from '#core/card-number.ts';

describe('A card number in free text', () => {
  it.each([
    'Card 4111111111111111 was shown',
    'typed as 4111 1111 1111 1111 with blanks',
    '5500-0000-0000-0004',
    'American Express 378282246310005.',
    '2223003122003222',
  ])('is found: %s', (text) => {
    expect(holdsCardNumber(text)).toBe(true);
  });

  it.each([
    'The account 4111111111111112 fails the check',
    'Called +1 202 555 0143 at 12:30',
    'Application 7K3M-92QX, asked for 1,800,000.00 over 360 months',
    'Dates 2026-03-17 and 2026-04-17',
    'Zeros 0000000000000000 open no card',
    'Too long 41111111111111111111111',
  ])('is not seen where there is none: %s', (text) => {
    expect(holdsCardNumber(text)).toBe(false);
  });
});
