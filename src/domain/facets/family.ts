/** A family of services shares what only it knows: its facet of the graph, under this name (`User.econtext`). */
export type Family = "econtext" | "cloudFoundry";
