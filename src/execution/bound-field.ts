import { getArgumentValues, type GraphQLResolveInfo } from "graphql";
import type { Execution } from "./execution.ts";
import type { Arguments, Field, Resolver, VariableArgument } from "./field.ts";
import type { Path } from "./frame.ts";
import type { OperationParts } from "./plan.ts";
import type { Shape } from "./shape.ts";

/** @returns undefined where a variable is null or has no value: what that means, graphql-js knows */
function takeVariables(
  args: readonly VariableArgument[],
  variables: Readonly<Record<string, unknown>>,
): Arguments | undefined {
  const values: Record<string, unknown> = {};
  for (const { name, variable, constant } of args) {
    const value =
      variable === undefined ? constant : Object.hasOwn(variables, variable) ? variables[variable] : undefined;
    if (value == null) return undefined;
    values[name] = value;
  }
  return values;
}

/** Without what other executors add to the interface: graphql-js does not give it. */
type ResolveInfo = Omit<GraphQLResolveInfo, "getAbortSignal" | "getAsyncHelpers">;

/** A field in one execution: all objects of a list share it. */
export class BoundField {
  readonly key: string;
  readonly shape: Shape;
  /** Undefined where the object itself has the value, as a property or a method. */
  readonly resolve: Resolver | undefined;
  /** As the field's. */
  readonly isPathless: boolean;
  /** What resolvers are told, but for the path. */
  readonly info: GraphQLResolveInfo;
  readonly #field: Field;
  #args: Arguments | undefined;

  constructor(field: Field, { variables, rootValue }: Execution, parts: OperationParts) {
    const { key, definition, nodes, isConstantBelow, shape, parentType, resolve, isPathless, args } = field;
    this.#field = field;
    this.key = key;
    this.shape = shape;
    this.resolve = resolve;
    this.isPathless = isPathless;
    this.#args = args;
    const info: ResolveInfo = {
      fieldName: definition.name,
      // Whoever remembers by them what is selected below may remember what depends on variables there.
      fieldNodes: isConstantBelow ? nodes : [...nodes],
      returnType: definition.type,
      parentType,
      path: undefined as unknown as Path,
      schema: parts.schema,
      fragments: parts.fragments,
      rootValue,
      operation: parts.operation,
      variableValues: variables,
    };
    this.info = info as GraphQLResolveInfo;
  }

  /** @throws GraphQLError where the values do not fit, each time */
  get args(): Arguments {
    return (this.#args ??= this.#readArguments());
  }

  #readArguments(): Arguments {
    const { fieldNodes, variableValues } = this.info;
    const [first] = fieldNodes;
    const { definition, variableArgs } = this.#field;
    const given = variableArgs && takeVariables(variableArgs, variableValues);
    return given ?? (first === undefined ? {} : getArgumentValues(definition, first, variableValues));
  }

  /** Made key by key: that takes no time, and copying it does. */
  infoAt(path: Path): GraphQLResolveInfo {
    const { info } = this;
    const told: ResolveInfo = {
      fieldName: info.fieldName,
      fieldNodes: info.fieldNodes,
      returnType: info.returnType,
      parentType: info.parentType,
      path,
      schema: info.schema,
      fragments: info.fragments,
      rootValue: info.rootValue,
      operation: info.operation,
      variableValues: info.variableValues,
    };
    return told as GraphQLResolveInfo;
  }
}
