import {
  defaultFieldResolver,
  getArgumentValues,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from "graphql";
import type { FieldNodes } from "./collection.ts";
import { holdsVariable } from "./conditions.ts";
import type { Shape } from "./shape.ts";

export type Arguments = Readonly<Record<string, unknown>>;
export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** A field of a selection, on objects of one type: all nodes with one response key. */
export class Field {
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: FieldNodes;
  readonly shape: Shape;
  /** Undefined where the object itself has the value, as a property or a method. */
  readonly resolve: Resolver | undefined;
  /** Undefined where they depend on variables. */
  readonly args: Arguments | undefined;

  constructor(
    key: string,
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    nodes: FieldNodes,
    shape: Shape,
  ) {
    this.key = key;
    this.parentType = parentType;
    this.definition = definition;
    this.nodes = nodes;
    this.shape = shape;
    this.resolve = definition.resolve === defaultFieldResolver ? undefined : definition.resolve;
    this.args = constantArguments(definition, nodes[0]);
  }
}

function constantArguments(definition: GraphQLField<unknown, unknown>, node: FieldNode): Arguments | undefined {
  if (node.arguments?.some(({ value }) => holdsVariable(value)) === true) return undefined;
  try {
    return getArgumentValues(definition, node);
  } catch {
    // Told wherever the field is met.
    return undefined;
  }
}
