import {
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLOutputType,
  type SelectionSetNode,
} from "graphql";
import { AbstractShape } from "./abstract-shape.ts";
import type { FieldNodes } from "./collection.ts";
import { LeafShape } from "./leaf-shape.ts";
import { ListShape } from "./list-shape.ts";
import { ObjectShape } from "./object-shape.ts";
import type { Plan } from "./plan.ts";
import type { Shape } from "./shape.ts";

/** @param nodes of the field that has this type */
export function shapeOf(declared: GraphQLOutputType, plan: Plan, nodes: FieldNodes): Shape {
  const isNullable = !isNonNullType(declared);
  const type = getNullableType(declared);
  if (isListType(type)) return new ListShape(isNullable, shapeOf(type.ofType, plan, nodes));
  if (isLeafType(type)) return new LeafShape(isNullable, type);
  const below = nodes
    .map(({ selectionSet }) => selectionSet)
    .filter((set): set is SelectionSetNode => set !== undefined);
  if (isAbstractType(type)) return new AbstractShape(isNullable, type, plan, below);
  return new ObjectShape(isNullable, type, plan, below);
}
