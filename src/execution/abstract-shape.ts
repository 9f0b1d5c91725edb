import {
  defaultTypeResolver,
  GraphQLError,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
  type SelectionSetNode,
} from "graphql";
import { inspect } from "graphql/jsutils/inspect.js";
import type { BoundField } from "./bound-field.ts";
import { fillLater, isPromise } from "./completion.ts";
import type { Frame, Path, Slot } from "./frame.ts";
import { ObjectShape } from "./object-shape.ts";
import type { Plan } from "./plan.ts";
import { Shape } from "./shape.ts";

/** An interface or a union. */
export class AbstractShape extends Shape {
  readonly #type: GraphQLAbstractType;
  readonly #plan: Plan;
  readonly #selectionSets: readonly SelectionSetNode[];
  readonly #resolveType: GraphQLTypeResolver<unknown, unknown>;
  /** By the names of their types. */
  readonly #objects = new Map<unknown, ObjectShape>();

  constructor(isNullable: boolean, type: GraphQLAbstractType, plan: Plan, selectionSets: readonly SelectionSetNode[]) {
    super(isNullable, true);
    this.#type = type;
    this.#plan = plan;
    this.#selectionSets = selectionSets;
    this.#resolveType = type.resolveType ?? defaultTypeResolver;
  }

  complete(
    frame: Frame,
    slot: Slot,
    field: BoundField,
    path: Path | undefined,
    info: GraphQLResolveInfo | undefined,
    value: unknown,
  ): unknown {
    if (value == null) return this.nothing(field);
    if (value instanceof Error) throw value;
    const resolveType = this.#resolveType;
    const name: unknown = resolveType(value, frame.execution.context, info as GraphQLResolveInfo, this.#type);
    if (isPromise(name)) {
      fillLater(name, frame, slot, this, field, path, (settled) =>
        this.#object(settled, field, value).complete(frame, slot, field, path, info, value),
      );
      return;
    }
    return this.#object(name, field, value).complete(frame, slot, field, path, info, value);
  }

  #object(name: unknown, field: BoundField, value: unknown): ObjectShape {
    let object = this.#objects.get(name);
    if (object === undefined) {
      const type = this.#objectType(name, field, value);
      object = new ObjectShape(this.isNullable, type, this.#plan, this.#selectionSets);
      this.#objects.set(name, object);
    }
    return object;
  }

  /** @throws GraphQLError in the words of graphql-js */
  #objectType(name: unknown, { info }: BoundField, value: unknown): GraphQLObjectType {
    const abstract = `Abstract type "${this.#type.name}"`;
    const mustResolve = `${abstract} must resolve to an Object type at runtime for field "${info.parentType.name}.${info.fieldName}"`;
    const nodes = info.fieldNodes;
    if (name == null) {
      throw new GraphQLError(
        `${mustResolve}. Either the "${this.#type.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`,
        { nodes },
      );
    }
    if (isObjectType(name)) {
      throw new GraphQLError(
        "Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.",
      );
    }
    if (typeof name !== "string") {
      throw new GraphQLError(`${mustResolve} with value ${inspect(value)}, received "${inspect(name)}".`);
    }
    const type = info.schema.getType(name);
    if (type == null) {
      throw new GraphQLError(`${abstract} was resolved to a type "${name}" that does not exist inside the schema.`, {
        nodes,
      });
    }
    if (!isObjectType(type)) {
      throw new GraphQLError(`${abstract} was resolved to a non-object type "${name}".`, { nodes });
    }
    if (!info.schema.isSubType(this.#type, type)) {
      throw new GraphQLError(`Runtime Object type "${name}" is not a possible type for "${this.#type.name}".`, {
        nodes,
      });
    }
    return type;
  }
}
