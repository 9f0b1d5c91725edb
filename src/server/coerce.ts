import {
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  typeFromAST,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from "graphql";

type Values = Readonly<Record<string, unknown>>;

/** In place of a value that graphql-js has to look at: for it knows what is wrong with it, or what it means. */
export const UNSURE = Symbol("unsure");

/** Coerces the variables of one operation. */
export type CoerceVariables = (values: Values) => Values | typeof UNSURE;

/**
 * Prepares what graphql-js does for each request, for values that are as they should be: each of its variables and
 * fields is there or left out, and none has to be turned into a list.
 */
export function compileCoercion(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): CoerceVariables {
  const variables = definitions.map(({ variable, type, defaultValue }) => ({
    name: variable.name.value,
    coerce:
      defaultValue === undefined ? coercionOf(typeFromAST(schema, type) as GraphQLInputType | undefined) : undefined,
    mayBeLeftOut: type.kind !== Kind.NON_NULL_TYPE,
  }));
  return (values) => {
    const coerced: Record<string, unknown> = {};
    for (const { name, coerce, mayBeLeftOut } of variables) {
      if (coerce === undefined) return UNSURE;
      if (!Object.hasOwn(values, name)) {
        if (mayBeLeftOut) continue;
        return UNSURE;
      }
      const value = coerce(values[name]);
      if (value === UNSURE) return UNSURE;
      coerced[name] = value;
    }
    return coerced;
  };
}

type Coerce = (value: unknown) => unknown;

const COERCIONS = new WeakMap<GraphQLInputType, Coerce>();

/** Of one type, made once: types hang together in circles. */
function coercionOf(type: GraphQLInputType | undefined): Coerce {
  if (type === undefined) return () => UNSURE;
  let known = COERCIONS.get(type);
  if (known === undefined) {
    let made: Coerce | undefined;
    known = (value) => (made ??= makeCoercion(type))(value);
    COERCIONS.set(type, known);
  }
  return known;
}

function makeCoercion(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const coerce = coercionOf(type.ofType);
    return (value) => (value == null ? UNSURE : coerce(value));
  }
  if (isListType(type)) return listCoercion(coercionOf(type.ofType));
  if (isInputObjectType(type)) return type.isOneOf ? () => UNSURE : objectCoercion(type);
  return (value) => {
    if (value == null) return value === null ? null : UNSURE;
    try {
      return (type.parseValue(value) as unknown) ?? UNSURE;
    } catch {
      return UNSURE;
    }
  };
}

function listCoercion(coerce: Coerce): Coerce {
  return (value) => {
    if (value === null) return null;
    if (!Array.isArray(value)) return UNSURE;
    const items: unknown[] = value.map(coerce);
    return items.includes(UNSURE) ? UNSURE : items;
  };
}

function objectCoercion(type: GraphQLInputObjectType): Coerce {
  const fields = Object.values(type.getFields()).map((field) => ({ ...field, coerce: coercionOf(field.type) }));
  return (value) => {
    if (value === null) return null;
    if (typeof value !== "object" || Array.isArray(value)) return UNSURE;
    const given = value as Values;
    const coerced: Record<string, unknown> = {};
    let known = 0;
    for (const field of fields) {
      const { name } = field;
      const one = given[name];
      if (one === undefined) {
        if (!leaveOut(field, coerced)) return UNSURE;
        continue;
      }
      known++;
      const result = field.coerce(one);
      if (result === UNSURE) return UNSURE;
      coerced[name] = result;
    }
    return Object.keys(given).length === known ? coerced : UNSURE;
  };
}

/** @returns false where the field may not be left out */
function leaveOut({ name, type, defaultValue }: GraphQLInputField, coerced: Record<string, unknown>): boolean {
  if (defaultValue !== undefined) coerced[name] = defaultValue;
  else if (isNonNullType(type)) return false;
  return true;
}
