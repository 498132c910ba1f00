import { describe, expect, it } from 'vitest';
import { hiveShape } from './hive.js';
import { jsonMappingShape } from './json-mapping.js';
import { openAiShape } from './openai.js';
import { perspectiveShape } from './perspective.js';
import { rekognitionShape } from './rekognition.js';
import type { ProviderPart, ProviderReading } from './shape.js';

const text: ProviderPart = { modality: 'text', text: 'a text', locale: 'en-GB' };
const image: ProviderPart = { modality: 'image', jpeg: Uint8Array.of(1, 2, 3) };
const scoresOf = ({ scores }: ProviderReading) =>
  Object.fromEntries(scores.map(({ category, score }) => [category, score]));

describe('the OpenAI shape', () => {
  const shape = openAiShape();
  const answer = (scores: Record<string, number>, applied?: Record<string, string[]>) => ({
    id: 'modr-1',
    model: 'omni-moderation-2024-09-26',
    results: [
      { flagged: false, categories: {}, category_scores: scores, category_applied_input_types: applied },
    ],
  });

  it('asks with a text or a picture and no name of anybody', () => {
    expect(shape.request(text)).toEqual({
      path: '/v1/moderations',
      headers: {},
      body: { model: 'omni-moderation-latest', input: 'a text' },
    });
    expect(shape.request(image).body).toMatchObject({
      input: [{ type: 'image_url', image_url: { url: 'data:image/jpeg;base64,AQID' } }],
    });
  });

  it('does not take a score of a kind of input that was not applied', () => {
    const read = shape.read(
      answer({ hate: 0, violence: 0.7, sexual: 0.2 }, { hate: [], violence: ['image'], sexual: ['image'] }),
      image,
    );
    expect(read.model).toBe('omni-moderation-2024-09-26');
    expect(scoresOf(read)).toEqual({ violence: 0.7, nsfw: 0.2 });
  });

  it('counts what it does not know', () => {
    expect(shape.read(answer({ hate: 0.4, brand_new: 0.9 }), text)).toMatchObject({
      unmapped: ['brand_new'],
      scores: [{ category: 'hate', score: 0.4 }],
    });
  });

  it('raises child safety only where the service is rather sure', () => {
    expect(scoresOf(shape.read(answer({ 'sexual/minors': 0.01 }), text))).toEqual({ child_safety: 0 });
    expect(scoresOf(shape.read(answer({ 'sexual/minors': 0.6 }), text))).toEqual({ child_safety: 0.6 });
  });

  it.each([
    null,
    [],
    {},
    { model: 'm', results: [] },
    answer({ hate: 1.2 }),
    answer({ hate: Number.NaN }),
    answer({ hate: '0.4' as never }),
  ])('refuses %j', (wrong) => {
    expect(() => shape.read(wrong, text)).toThrow();
  });
});

describe('the Perspective shape', () => {
  const shape = perspectiveShape({ model: 'own-3' });

  it('asks for its attributes and that nothing is kept', () => {
    const { path, body } = shape.request(text);
    expect(path).toBe('/v1alpha1/comments:analyze');
    expect(body).toMatchObject({
      comment: { text: 'a text' },
      languages: ['en'],
      doNotStore: true,
      requestedAttributes: { TOXICITY: {}, THREAT: {} },
    });
  });

  it('reads summary scores and spans inside the text', () => {
    const read = shape.read(
      {
        attributeScores: {
          TOXICITY: {
            summaryScore: { value: 0.9, type: 'PROBABILITY' },
            spanScores: [
              { begin: 2, end: 6, score: { value: 0.9 } },
              { begin: 0, end: 90, score: { value: 0.1 } },
            ],
          },
          THREAT: { summaryScore: { value: 0.1 } },
        },
      },
      text,
    );
    expect(read.scores).toEqual([
      { category: 'toxicity', label: 'TOXICITY', score: 0.9, spans: [{ start: 2, end: 6 }] },
      { category: 'threat', label: 'THREAT', score: 0.1, spans: [] },
    ]);
  });

  it('does not look at pictures', () => {
    expect(shape.categories.image).toBeUndefined();
    expect(() => shape.request(image)).toThrow();
  });
});

describe('the Rekognition shape', () => {
  const shape = rekognitionShape();
  const answer = (version: string, ...labels: [name: string, parent: string, confidence: number][]) => ({
    ModerationModelVersion: version,
    ModerationLabels: labels.map(([Name, ParentName, Confidence]) => ({ Name, ParentName, Confidence })),
  });

  it('reads each taxonomy by its own table', () => {
    const seven = answer('7.0', ['Explicit', '', 91], ['Explicit Nudity', 'Explicit', 91]);
    expect(scoresOf(shape.read(seven, image))).toMatchObject({ nsfw: 0.91, hate_symbol: 0, violence: 0 });
    const six = answer('6.1', ['Explicit Nudity', '', 80], ['Hate Symbols', '', 55]);
    expect(scoresOf(shape.read(six, image))).toMatchObject({ nsfw: 0.8, hate_symbol: 0.55 });
    expect(() => shape.read(answer('8.0'), image)).toThrow(/taxonomy/);
  });

  it('counts groups it does not know and refuses confidences that are none', () => {
    expect(shape.read(answer('7.0', ['Unheard Of', '', 40]), image).unmapped).toEqual(['Unheard Of']);
    expect(() => shape.read(answer('7.0', ['Explicit', '', 101]), image)).toThrow();
  });
});

describe('the Hive shape', () => {
  const shape = hiveShape();
  const classes = (...pairs: [string, number][]) => pairs.map(([name, score]) => ({ class: name, score }));

  it('takes the highest of all moments, and both forms of answers', () => {
    const output = [
      { time: 0, classes: classes(['yes_nazi', 0.1], ['no_nazi', 0.9]) },
      { time: 1, classes: classes(['yes_nazi', 0.8], ['no_nazi', 0.2]) },
    ];
    expect(scoresOf(shape.read({ output }, image))).toEqual({ hate_symbol: 0.8 });
    expect(scoresOf(shape.read({ status: [{ response: { output } }] }, image))).toEqual({ hate_symbol: 0.8 });
  });

  it('reads grades of texts, and takes no grade for a language it cannot read', () => {
    const output = [{ classes: classes(['hate', 3], ['sexual', -1], ['bullying', 0]) }];
    expect(scoresOf(shape.read({ output }, text))).toEqual({ hate: 1, harassment: 0 });
  });

  it('refuses scores above 1 of pictures', () => {
    expect(() => shape.read({ output: [{ classes: classes(['yes_nazi', 2]) }] }, image)).toThrow();
  });
});

describe('a mapping of JSON', () => {
  const shape = jsonMappingShape({
    id: 'own',
    version: '3',
    path: '/judge',
    text: 'inputs.0.text',
    constants: { model: 'big' },
    scores: [
      { category: 'toxicity', path: 'out.toxic', most: 100 },
      { category: 'faces', path: 'out.faces', modalities: ['text'] },
    ],
    model: 'meta.model',
  });

  it('builds requests and reads answers', () => {
    expect(shape.request(text)).toMatchObject({
      path: '/judge',
      body: { model: 'big', inputs: [{ text: 'a text' }] },
    });
    const read = shape.read({ out: { toxic: 40 }, meta: { model: 'v9' } }, text);
    expect(read).toMatchObject({ model: 'v9', scores: [{ category: 'toxicity', score: 0.4 }] });
    expect(read.scores).toHaveLength(1);
  });

  it('refuses scores out of range and mappings that send nothing', () => {
    for (const toxic of [101, -1, '40', Number.NaN])
      expect(() => shape.read({ out: { toxic } }, text)).toThrow();
    expect(() =>
      jsonMappingShape({ id: 'x', version: '1', scores: [{ category: 'spam', path: 'a' }] }),
    ).toThrow(/mapping/);
    expect(() =>
      jsonMappingShape({
        id: 'x',
        version: '1',
        text: '__proto__.a',
        scores: [{ category: 'spam', path: 'a' }],
      }),
    ).toThrow(/mapping/);
  });
});
