import { createFakeClock } from '@socialkit/core';
import { describe, expect, it } from 'vitest';
import {
  createMemoryPostHistory,
  createTextGate,
  createTextModeration,
  type ModerationResult,
} from './index.js';
import { type Disguise, disguise } from './training/disguise.js';
import { seededRandom } from './training/random.js';

const moderation = createTextModeration({ clock: createFakeClock() });
const judge = (text: string): Promise<ModerationResult> =>
  moderation.moderate({ surface: 'post', id: 'p1', texts: { text } });

/** An insult of our own; the word at `[8, 13)` is what gets disguised. */
const INSULT = 'you are bitch and a stupid piece of shit, shut up';
const WORD = { start: 8, end: 13 };

async function expectKept(way: Disguise): Promise<void> {
  const text = disguise(INSULT, WORD, way, seededRandom(4));
  expect(text, way).not.toBe(INSULT);
  const { decision, findings } = await judge(text);
  expect(decision, text).toBe('flag_for_review');
  expect(
    findings.some(({ category, score }) => category === 'profanity' && score > 0.3),
    `the disguised word is found in ${text}`,
  ).toBe(true);
}

/** Only the disguised word is an offence here, so that finding it is what counts. */
async function findsAlone(written: string): Promise<void> {
  const { findings } = await judge(`well hello there ${written} my friend`);
  const hit = findings.find(({ category }) => category === 'profanity');
  expect(hit, written).toBeDefined();
  const [first] = hit!.evidence;
  const { start, end } = first?.kind === 'span' ? first.spans[0]! : { start: 0, end: 0 };
  expect(`well hello there ${written} my friend`.slice(start, end).trim().length).toBeGreaterThanOrEqual(4);
}

describe('adversarial texts', () => {
  it('1: reads digits and signs as letters', async () => {
    await expectKept('leet');
    for (const written of ['b1tch', 'sh!t', '@$$hole', 'b17ch35']) {
      await findsAlone(written);
    }
  });

  it('2: does not see invisible characters', async () => {
    await expectKept('invisible');
    await expectKept('soft_hyphen');
  });

  it('3: reads Cyrillic and other look-alikes as what they look like', async () => {
    await expectKept('look_alike');
    await expectKept('small_capitals');
    await findsAlone('ѕһіt');
  });

  it('4: joins letters that stand alone', async () => {
    await expectKept('spaced');
    await findsAlone('b i t c h');
  });

  it('5: joins letters with dots, hyphens and other signs between', async () => {
    for (const way of [
      'dotted',
      'dashed',
      'underscored',
      'slashed',
      'stars_between',
      'picture_between',
    ] as const) {
      await expectKept(way);
    }
  });

  it('6: squeezes repeated letters without taking natural ones away', async () => {
    await findsAlone('shiiiiit');
    await findsAlone('bbbitttch');
    const { findings } = await judge('as I said, the bok is on the shelf');
    expect(findings.some(({ category }) => category === 'profanity')).toBe(false);
  });

  it('7: folds full-width letters and mixed case', async () => {
    await expectKept('full_width');
    await expectKept('alternating');
    await expectKept('mathematical');
    await expectKept('circled');
  });

  it('8: takes marks off letters, also in heaps', async () => {
    await expectKept('accents');
    await findsAlone([...'bitch'].map((letter) => letter + '\u0301\u0336\u0323'.repeat(6)).join(''));
  });

  it('9: finds words glued to others', async () => {
    await findsAlone('thanksbitch');
    await findsAlone('youbitchgo');
  });

  it('10: recognises copies with another number, greeting and link', async () => {
    const clock = createFakeClock();
    const results: ModerationResult[] = [];
    const gate = createTextGate(
      { clock },
      { history: createMemoryPostHistory(), onResult: (result) => void results.push(result) },
    );
    const copies = [
      'Hi Anna, buy 100 followers today, cheap and fast delivery for every account http://a.example/1',
      'Hello Ben, buy 250 followers today, cheap and fast delivery for every account http://b.example/2',
      'Hey Chris, buy 900 followers today, cheap and fast delivery for every account http://c.example/3',
      'Hi Dora, buy 700 followers today, cheap and fast delivery for every account http://d.example/4',
    ];
    for (const [at, text] of copies.entries()) {
      clock.advance(60_000);
      await gate.review({ surface: 'post', texts: { text }, media: [], links: [], authorId: `${at}` });
    }
    const last = results.at(-1)!.findings.find(({ detector }) => detector === 'spam')!;
    expect(last.contributions.map(({ signal }) => signal)).toContain('copies of others');
    expect(results.at(-1)!.scores.spam!).toBeGreaterThan(results[0]!.scores.spam!);
  });

  it('11: sees shortened, look-alike and spelled-out links, also in a profile', async () => {
    const signalsOf = async (text: string, surface: 'post' | 'profile' = 'post') => {
      const { findings } = await moderation.moderate({ surface, id: 'x', texts: { bio: text } });
      return findings.find(({ detector }) => detector === 'spam')!.contributions.map(({ signal }) => signal);
    };
    expect(await signalsOf('see http://bit.ly/abc')).toContain('shortened link');
    expect(await signalsOf('see https://xn--pple-43d.com')).toContain('international host');
    expect(await signalsOf('go to earnfast dot com now')).toContain('spelled-out host');
    expect(await signalsOf('www.earnfast.example and more', 'profile')).toContain('links');
    expect(await signalsOf('no link in here, just a polka dot community')).toEqual([]);
  });

  it('12: leaves harmless names and medical words alone', async () => {
    for (const text of [
      'The coach from Scunthorpe to Penistone was late again.',
      'Mr Cockburn and Mrs Dickinson teach analysis in Essex.',
      'Ask the doctor about the vaginal swab and the rectal exam.',
      'The cockpit, the cocktail bar and the peacock are on the poster.',
      'She passed the class assessment on brass instruments.',
    ]) {
      expect((await judge(text)).decision, text).toBe('approve');
    }
  });

  it('13: never removes somebody who quotes a slur to object to it', async () => {
    for (const text of [
      'He shouted "faggot" at my son and nobody said a word. We should.',
      'Calling people niggers is vile, and I will report it every time.',
    ]) {
      expect((await judge(text)).decision).not.toBe('remove');
    }
  });

  it('14: lets people say who they are, and removes nobody for a reclaimed word', async () => {
    for (const text of [
      'I am a gay man and a teacher.',
      'My Muslim neighbours brought us dinner.',
      'We are two trans women who run a bakery.',
    ]) {
      expect((await judge(text)).decision, text).toBe('approve');
    }
    expect((await judge('I am a proud dyke and so are my friends')).decision).not.toBe('remove');
  });

  it('reads drawn, escaped, turned and backward letters, and columns of letters', async () => {
    for (const written of [
      'b|tch',
      'f|_|ck',
      '%66%75%63%6b',
      'ɥɔʇᴉq',
      'hctib',
      'b\ni\nt\nc\nh',
      'b+i+t+c+h',
      'f--k',
    ]) {
      await findsAlone(written);
    }
    expect((await judge('call f() and then print(x) | sort')).decision).toBe('approve');
  });

  it('16: an edit is another content, and is judged by what it says', async () => {
    const subject = { surface: 'post' as const, id: 'p2' };
    const first = await moderation.moderate({
      ...subject,
      revision: 0,
      texts: { text: 'what a lovely day' },
    });
    const edited = await moderation.moderate({ ...subject, revision: 1, texts: { text: INSULT } });
    expect(first.decision).toBe('approve');
    expect(edited.decision).toBe('flag_for_review');
    expect(edited.subject.contentHash).not.toBe(first.subject.contentHash);
    expect(edited.id).not.toBe(first.id);
  });

  it('17: stops twenty fresh accounts that post one text within a minute', async () => {
    const clock = createFakeClock();
    const gate = createTextGate(
      { clock },
      {
        history: createMemoryPostHistory(),
        author: () => ({ tier: 'new', createdAt: clock.now() - 60_000 }),
      },
    );
    const verdicts: string[] = [];
    for (let account = 0; account < 20; account += 1) {
      clock.advance(2_000);
      const { decision } = await gate.review({
        surface: 'post',
        texts: { text: 'Vote for option three in the town poll, everybody knows that it is the best one' },
        media: [],
        links: [],
        authorId: `${account}`,
      });
      verdicts.push(decision);
    }
    expect(verdicts[0]).toBe('allow');
    expect(verdicts.slice(10)).not.toContain('allow');
  });
});
