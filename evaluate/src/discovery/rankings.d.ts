/** A ranked list for each user. */
export type Rankings = ReadonlyMap<string, readonly string[]>;
/** What a set of rankings is worth. */
export interface Quality {
    /** Hits in the top k / min(k, number hidden), averaged over users. */
    readonly recall: number;
    readonly ndcg: number;
    /** 1 / rank of the first hit within the top 100, else 0. */
    readonly mrr: number;
}
/** Grades rankings against what is hidden, at k. */
export declare function gradeRankings(rankings: Rankings, hidden: ReadonlyMap<string, ReadonlySet<string>>, k: number): Quality;
/** `user,item,rank` of every list. */
export declare const rowsOf: (rankings: Rankings) => (readonly [string, string, number])[];
/** The best by score, ties by the lower id, without those taken. */
export declare const best: (scores: ReadonlyMap<string, number>, taken: ReadonlySet<string>, count: number) => string[];
