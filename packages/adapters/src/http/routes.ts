import type { Actor, BoundSlice, Operation } from '@socialkit/core';
import { type Parameters, parametersOf } from './parameters.js';

/** An operation bound to a method and a path. */
export interface Route {
  readonly slice: string;
  readonly operation: Operation;
  /** Segments of the path; parameters have a name. */
  readonly segments: readonly Segment[];
  /** Names of the path's parameters. */
  readonly pathNames: readonly string[];
  readonly parameters: Parameters;
  call(actor: Actor, input: unknown): Promise<unknown>;
}

/** One part of a path between slashes. */
export type Segment = { readonly literal: string } | { readonly name: string };

const PARAMETER = /^\{([A-Za-z][A-Za-z0-9]*)\}$/;
const LITERAL = /^[a-z0-9._~-]+$/i;

function segmentsOf(operation: Operation): Segment[] {
  const [first, ...parts] = operation.path.split('/');
  if (first !== '' || parts.length === 0)
    throw new TypeError(`the path of ${operation.name} must start with a slash: ${operation.path}`);
  return parts.map((part) => {
    const name = PARAMETER.exec(part)?.[1];
    if (name === undefined && !LITERAL.test(part))
      throw new TypeError(
        `the path of ${operation.name} has a segment that is neither literal nor {name}: ${part}`,
      );
    return name === undefined ? { literal: part } : { name };
  });
}

/** Orders routes so that a literal segment is tried before a parameter in the same place. */
export const bySpecificity = (a: Route, b: Route): number => {
  for (let i = 0; i < Math.min(a.segments.length, b.segments.length); i++) {
    const difference =
      Number('name' in (a.segments[i] as Segment)) - Number('name' in (b.segments[i] as Segment));
    if (difference !== 0) return difference;
  }
  return a.segments.length - b.segments.length;
};

const shapeOf = (route: Route): string =>
  `${route.operation.method} /${route.segments.map((segment) => ('name' in segment ? '{}' : segment.literal)).join('/')}`;

/**
 * The routes of all slices, in the order they are written down.
 * @throws TypeError when a path parameter is no field of the input, or two operations answer the same requests
 */
export function routesOf(slices: readonly BoundSlice[]): readonly Route[] {
  const routes = slices.flatMap((slice) =>
    Object.entries(slice.operations).map(([method, operation]): Route => {
      const segments = segmentsOf(operation);
      const pathNames = segments.flatMap((segment) => ('name' in segment ? [segment.name] : []));
      const parameters = parametersOf(operation);
      for (const name of pathNames)
        if (!parameters.has(name))
          throw new TypeError(`${operation.name}: {${name}} is no field of its input`);
      const call = slice.service[method];
      if (call === undefined) throw new TypeError(`${operation.name} has no method ${method} in its service`);
      return {
        slice: slice.name,
        operation,
        segments,
        pathNames,
        parameters,
        call: (actor, input) => call(actor, input as never),
      };
    }),
  );
  const taken = new Map<string, string>();
  for (const route of routes) {
    const other = taken.get(shapeOf(route));
    if (other !== undefined)
      throw new TypeError(`${other} and ${route.operation.name} both answer ${shapeOf(route)}`);
    taken.set(shapeOf(route), route.operation.name);
  }
  return routes;
}
