/** What a list of people was made from: the user's follows and the model. */
export const peopleMark = (follows: string, version: string | null): string => `${follows}:${version ?? '-'}`;
