import {
  defaultFieldResolver,
  getArgumentValues,
  isNonNullType,
  Kind,
  valueFromAST,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
} from "graphql";
import type { FieldNodes } from "./collection.ts";
import { holdsVariable } from "./conditions.ts";
import { isPathless } from "./pathless.ts";
import type { Shape } from "./shape.ts";

export type Arguments = Readonly<Record<string, unknown>>;
export type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** A field of a selection, on objects of one type: all nodes with one response key. */
export class Field {
  readonly key: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: FieldNodes;
  /** Whether no variable is in what is selected below it. */
  readonly isConstantBelow: boolean;
  readonly shape: Shape;
  /** Undefined where the object itself has the value, as a property or a method. */
  readonly resolve: Resolver | undefined;
  /** Whether nobody who is told of the field asks where in the answer it stands. */
  readonly isPathless: boolean;
  /** Undefined where they depend on variables. */
  readonly args: Arguments | undefined;
  /** How they depend on them; undefined where they do not, or in more than the values of some. */
  readonly variableArgs: readonly VariableArgument[] | undefined;

  constructor(
    key: string,
    parentType: GraphQLObjectType,
    definition: GraphQLField<unknown, unknown>,
    nodes: FieldNodes,
    isConstantBelow: boolean,
    shape: Shape,
  ) {
    this.key = key;
    this.parentType = parentType;
    this.definition = definition;
    this.nodes = nodes;
    this.isConstantBelow = isConstantBelow;
    this.shape = shape;
    this.resolve = definition.resolve === defaultFieldResolver ? undefined : definition.resolve;
    this.isPathless = !shape.needsInfo && this.resolve !== undefined && isPathless(this.resolve);
    this.args = constantArguments(definition, nodes[0]);
    this.variableArgs = this.args === undefined ? variableArguments(definition, nodes[0]) : undefined;
  }
}

/** An argument that is given, and nothing but the value of a variable. */
export interface VariableArgument {
  readonly name: string;
  /** Undefined for the value that it has whatever the variables are. */
  readonly variable: string | undefined;
  readonly constant: unknown;
}

/** @returns undefined where graphql-js has to look at them in each execution */
function variableArguments(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): readonly VariableArgument[] | undefined {
  const found: VariableArgument[] = [];
  for (const argument of definition.args) {
    const value = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    if (value === undefined) {
      if (argument.defaultValue === undefined && !isNonNullType(argument.type)) continue;
      return undefined;
    }
    if (value.kind === Kind.VARIABLE) {
      found.push({ name: argument.name, variable: value.name.value, constant: undefined });
    } else {
      const constant = holdsVariable(value) ? undefined : valueFromAST(value, argument.type);
      if (constant == null) return undefined;
      found.push({ name: argument.name, variable: undefined, constant });
    }
  }
  return found;
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
