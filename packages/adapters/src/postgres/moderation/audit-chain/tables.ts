/** Tables of the sealed staff log. */
export interface AuditChainTables {
  audit_seals: { seq: string; audit_id: string; prev_hash: string; hash: string };
  /** Entries of `audit_log` that are not sealed yet: written with them, by the same statement. */
  audit_unsealed: { audit_id: string };
}
