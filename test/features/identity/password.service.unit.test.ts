import { describe, expect, it } from 'vitest';
import { createPasswords } from '#features/identity/password.service.ts';

const cost = 4;
const older = { id: '2025a', secret: 'the pepper of last year, long enough' };
const newer = { id: '2026a', secret: 'the pepper of this year, long enough' };
const phrase = 'lanterns over the harbour';

describe('kept passwords', () => {
  it('match the phrase and nothing else', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    const kept = await passwords.hash(phrase);
    expect(await passwords.matches(phrase, kept)).toBe(true);
    expect(await passwords.matches(`${phrase} `, kept)).toBe(false);
    expect(await passwords.matches(phrase.toUpperCase(), kept)).toBe(false);
  });

  it('say by which pepper they were made, and are bcrypt of the cost', async () => {
    const kept = await createPasswords({ peppers: [newer, older], cost }).hash(phrase);
    expect(kept.pepperId).toBe('2026a');
    expect(kept.hash).toMatch(/^\$2b\$04\$/);
  });

  it('still match after a new pepper came, as long as the old one is known', async () => {
    const kept = await createPasswords({ peppers: [older], cost }).hash(phrase);
    expect(await createPasswords({ peppers: [newer, older], cost }).matches(phrase, kept)).toBe(true);
    expect(await createPasswords({ peppers: [newer], cost }).matches(phrase, kept)).toBe(false);
  });

  it('match nothing for a user who is not there, not even the phrase compared against', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    expect(await passwords.matches(phrase, undefined)).toBe(false);
    expect(await passwords.matches('nobody', undefined)).toBe(false);
  });

  it('are told apart past the 72 bytes that bcrypt reads', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    const kept = await passwords.hash(`${'long '.repeat(20)}one`);
    expect(await passwords.matches(`${'long '.repeat(20)}two`, kept)).toBe(false);
  });

  it('match however the keyboard composes letters', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    const kept = await passwords.hash('schöne lange nächte');
    expect(await passwords.matches('schöne lange nächte'.normalize('NFD'), kept)).toBe(true);
  });

  it('are refused as unavailable past a full waiting room, and those in it are answered', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    const asked = Array.from({ length: 203 }, () => passwords.matches('x', undefined));
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
    expect(refused).toMatchObject([{ reason: { name: 'Fault', kind: 'unavailable' } }]);
  });

  it('are all answered when many are checked at once', async () => {
    const passwords = createPasswords({ peppers: [newer], cost });
    const kept = await passwords.hash(phrase);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, turn) => passwords.matches(turn % 2 ? phrase : 'x', kept)),
    );
    expect(answers).toEqual(Array.from({ length: 12 }, (_, turn) => turn % 2 === 1));
  });
});
