import type { Actor } from './actor.js';
import { isSocialError, SocialError } from './errors.js';

/**
 * A host's say before a write. It receives the parsed input and returns nothing (go on), a changed input
 * (validated again), or throws a `SocialError` to veto.
 */
export type BeforeHook = (actor: Actor, input: unknown) => unknown | Promise<unknown>;

/** The registry of `before` hooks, keyed by operation name such as `posts.create`. */
export interface Hooks {
  /** Registers a hook; hooks of one operation run in the order of registration. Returns a function that removes it. */
  before(operation: string, hook: BeforeHook): () => void;
  /**
   * Runs the hooks of an operation under one deadline.
   * @returns the input as the hooks left it, and whether any hook replaced it
   * @throws hook.timeout (timeout) when the deadline passes, hook.failed (unavailable) when a hook throws anything
   * but a SocialError: a broken guard refuses, it does not let through
   */
  run(
    operation: string,
    actor: Actor,
    input: unknown,
  ): Promise<{ readonly input: unknown; readonly changed: boolean }>;
}

/** @param options.deadlineMs shared by all hooks of one call @default 2000 */
export function createHooks(options: { readonly deadlineMs?: number } = {}): Hooks {
  const deadlineMs = options.deadlineMs ?? 2000;
  const registered = new Map<string, BeforeHook[]>();
  return {
    before(operation, hook) {
      registered.set(operation, [...(registered.get(operation) ?? []), hook]);
      return () => {
        registered.set(
          operation,
          (registered.get(operation) ?? []).filter((other) => other !== hook),
        );
      };
    },
    async run(operation, actor, input) {
      const hooks = registered.get(operation);
      if (!hooks?.length) return { input, changed: false };
      let timer: NodeJS.Timeout | undefined;
      const deadline = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () =>
            reject(
              new SocialError(
                'timeout',
                'hook.timeout',
                `a before hook of ${operation} took longer than ${deadlineMs} ms`,
              ),
            ),
          deadlineMs,
        );
      });
      const chain = async () => {
        let current = input;
        for (const hook of hooks) current = (await hook(actor, current)) ?? current;
        return { input: current, changed: current !== input };
      };
      try {
        return await Promise.race([chain(), deadline]);
      } catch (error) {
        if (isSocialError(error)) throw error;
        throw new SocialError('unavailable', 'hook.failed', `a before hook of ${operation} failed`, {
          cause: error,
        });
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
