import type { Service } from "../domain/service.ts";
import { builder } from "./builder.ts";

export const ServiceType = builder.objectRef<Service>("Service");

let defined: string | undefined;

/** The `Dialect` enum has the dialects that there are, so it waits for them; once, since a process has one registry. */
export function defineService(dialects: readonly string[]): void {
  if (defined !== undefined) {
    if (defined !== dialects.join()) throw new Error(`The dialects are ${defined} in this process.`);
    return;
  }
  defined = dialects.join();
  const DialectType = builder.enumType("Dialect", {
    description: "The REST dialect that a service speaks.",
    values: Object.fromEntries(dialects.map((name) => [name.toUpperCase().replaceAll("-", "_"), { value: name }])),
  });
  ServiceType.implement({
    description: "One configured upstream REST service.",
    fields: (t) => ({
      name: t.exposeString("name", { nullable: false, description: "The key under `services` in the configuration." }),
      dialect: t.field({
        type: DialectType,
        nullable: false,
        description: "How the service is spoken to.",
        resolve: (service) => service.dialect,
      }),
    }),
  });
}

builder.queryFields((t) => ({
  services: t.field({
    type: [ServiceType],
    nullable: false,
    description: "The configured services, in the order of the configuration.",
    resolve: (_root, _args, { services }) => services.all.map((one) => one.service),
  }),
}));
