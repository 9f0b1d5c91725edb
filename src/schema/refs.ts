import { builder } from "./builder.ts";
import type { LazyApplication, LazyGroup, LazyUser } from "./lazy.ts";

// The types that refer to each other: their references come first, so that their modules can meet in a circle.
export const UserType = builder.objectRef<LazyUser>("User");
export const ApplicationType = builder.objectRef<LazyApplication>("Application");
export const GroupType = builder.objectRef<LazyGroup>("Group");
