/** Tables of signals. Times are Unix milliseconds. */
export interface SignalTables {
  posted_texts: {
    id: string;
    author_id: string;
    at: string;
    /** The 64 bits of the fingerprint as a signed number. */
    simhash: string | null;
    /** Its eight-bit pieces with their place. */
    pieces: number[];
  };
  /** To the day: a domain that is linked all day is written once. */
  posted_domains: { domain: string; first_at: string; last_at: string };
  automatic_removals: { id: string; at: string };
  spam_models: { name: string; version: number; state: Uint8Array };
}
