// Ids of the sandbox's people, and of what they have.

export const ADA = "a3bc334a-f9f2-4797-aaa2-1440811c0ec0";
export const PORTAL = "609543d6-1cca-4039-9c1a-c843bda15ba4";
export const ROSTER = "ec48dad3-ca61-4d74-a584-3ee3db4708ef";
export const PILOTS = "5fb6f5d6-3a6d-4e1d-83bb-7445274745bf";
export const AIR = "a7aff246-5f5b-4cf8-87d8-f316053e4a20";
export const PRODUCTION = "5489e195-c42b-4e61-bf30-323c331ecc01";
export const APP = "69ebed50-222a-4880-b163-fb1bf7d60b0c";
/** The sandbox makes it of the user and the key's name. */
export const KEY = "UQSI9NGIKVQ783P7FOQ1Z0OM9";
