import { createPostgresStorage, type Postgres } from '@socialkit/adapters/postgres';
import { type Items, type People } from '@socialkit/feed';
/** An embedded database with the services that routes call, over nothing but what an evaluation loads. */
export interface Stage {
    readonly postgres: Postgres;
    readonly storage: ReturnType<typeof createPostgresStorage>;
    readonly people: People;
    readonly items: Items;
    close(): Promise<void>;
}
/** Opens a stage; nothing of it outlives the process. */
export declare function openStage(): Promise<Stage>;
