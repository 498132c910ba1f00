import { idSchema, SUBJECT_KINDS, type SubjectAdapter, type SubjectKind } from '@socialkit/core';
import { z } from 'zod';

/** Names a subject: the id of a message is `<conversation>:<seq>`. */
export const subjectRefSchema = z
  .strictObject({ kind: z.enum(SUBJECT_KINDS), id: z.string().min(1).max(64) })
  .refine(
    ({ kind, id }) =>
      kind === 'message' ? /^[0-9]{1,19}:[0-9]{1,16}$/.test(id) : idSchema.safeParse(id).success,
    'not the id of a subject of this kind',
  );

/** One adapter a kind of subject; the wiring makes it of what the slices export. */
export type Subjects<S, R = S> = Readonly<Record<SubjectKind, SubjectAdapter<S, R>>>;
